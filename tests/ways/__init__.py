"""Each way to pay over HTTP against its peers, and again with the shop killed after every call it makes."""
