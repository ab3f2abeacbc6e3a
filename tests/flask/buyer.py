"""A buyer with a browser that knows no script: reads the forms of a page, fills them in and sends them."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

HTML = {"Accept": "text/html,application/xhtml+xml"}
VOID = {"input", "meta", "link", "br"}


class Form:
    """Where it goes, what it says by itself, and of radio buttons and lists what may be chosen, by label."""

    def __init__(self, attributes):
        self.method, self.action = attributes.get("method", "get"), attributes.get("action", "")
        self.fields, self.choices, self.ticks = {}, {}, {}

    def filled(self, **given):
        """As it is sent.  A choice is given by a part of what its label says."""
        sent = dict(self.fields)
        for name, value in given.items():
            if name in self.choices:
                (sent[name],) = [key for label, key in self.choices[name] if value in label]
            elif name in self.ticks:
                sent[name] = self.ticks[name]
            else:
                assert name in self.fields, f"no field {name} in {sorted(self.fields)}"
                sent[name] = value
        return sent


class Page(HTMLParser):
    """What a browser shows."""

    def __init__(self, response):
        super().__init__()
        self.status, self.path = response.status_code, response.request.full_path.rstrip("?")
        self.headers, self.text = response.headers, response.get_data(as_text=True)
        self.forms, self.words, self.links, self._label, self._open = [], [], {}, None, []
        self._select, self._option, self._link = None, None, None
        self.feed(self.text)
        self.says = " ".join(" ".join(self.words).split())

    @property
    def title(self):
        return self.text.partition("<title>")[2].partition("</title>")[0]

    def form(self, **named):
        """The only one, or the only one with these values."""
        found = [form for form in self.forms if named.items() <= form.fields.items()]
        assert len(found) == 1, f"{len(found)} forms in: {self.says}"
        return found[0]

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag not in VOID:
            self._open.append(tag)
        if tag == "form":
            self.forms.append(Form(given))
        elif tag == "label":
            self._label = []
        elif tag == "a":
            self._link = given.get("href", ""), []
        elif tag == "select":
            self._select = given["name"]
            self.forms[-1].choices[self._select] = []
        elif tag == "option":
            self._option = given["value"], []
        elif tag == "textarea":
            self.forms[-1].fields[given["name"]] = ""
        elif tag == "input":
            self._input(self.forms[-1], given)

    def _input(self, form, given):
        name, value, kind = given["name"], given.get("value", ""), given.get("type", "text")
        if kind == "radio":
            self._label = (form.choices.setdefault(name, []), value, self._label)
            if "checked" in given:
                form.fields[name] = value
        elif kind == "checkbox":
            form.ticks[name] = value
        else:
            form.fields[name] = value

    def handle_endtag(self, tag):
        if self._open and self._open[-1] == tag:
            self._open.pop()
        if tag == "label":
            if isinstance(self._label, tuple):
                options, value, words = self._label
                options.append((" ".join(words), value))
            self._label = None
        elif tag == "option":
            value, words = self._option
            self.forms[-1].choices[self._select].append((" ".join(words), value))
            self._option = None
        elif tag == "a":
            self.links[" ".join(self._link[1])] = self._link[0]
            self._link = None

    def handle_data(self, data):
        if not data.strip() or {"style", "script", "title"} & set(self._open):
            return
        self.words.append(data.strip())
        for into in (
            self._label[2] if isinstance(self._label, tuple) else self._label,
            self._option and self._option[1],
            self._link and self._link[1],
        ):
            if into is not None:
                into.append(data.strip())


class Buyer:
    """One browser."""

    def __init__(self, app, base="http://localhost"):
        self.client, self.base, self.page = app.test_client(), base, None

    def goes(self, path):
        """There, and on to wherever that leads."""
        path = urljoin(self.page.path if self.page else "/", path)
        return self._shown(self.client.get(path, base_url=self.base, headers=HTML, follow_redirects=True))

    def clicks(self, words):
        """The link that says so."""
        return self.goes(self.page.links[words])

    def sends(self, form=None, **given):
        """The form of the page, filled in."""
        form = form or self.page.form()
        assert form.method == "post"
        path = urljoin(self.page.path, form.action)
        answer = self.client.post(
            path, base_url=self.base, headers=HTML, data=form.filled(**given), follow_redirects=True
        )
        return self._shown(answer)

    def asks(self, method, path, **given):
        """What the server answers, as it is."""
        return self.client.open(path, method=method, base_url=self.base, **given)

    def _shown(self, answer):
        self.page = Page(answer)
        return self.page

    @property
    def cookies(self):
        return {cookie.key: cookie for cookie in self.client._cookies.values()}

    def session_of(self):
        with self.client.session_transaction(base_url=self.base) as session:
            return dict(session)


def path_of(url):
    return urlsplit(url).path
