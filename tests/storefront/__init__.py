"""A storefront's client as the contract of the wire says it behaves, and what is proved with it."""
