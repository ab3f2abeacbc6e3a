"""All stories, in the order in which they are told."""

from __future__ import annotations

from . import beside, forms, goods, meanwhile, paying, people, reading, three_d

STORIES = (
    *paying.STORIES,
    *three_d.STORIES,
    *beside.STORIES,
    *forms.STORIES,
    *reading.STORIES,
    *people.STORIES,
    *meanwhile.STORIES,
    *goods.STORIES,
)

NOT_IN_FLASK = frozenset({beside.unknown_paths})  # addresses that are none of the blueprint's are the app's own
