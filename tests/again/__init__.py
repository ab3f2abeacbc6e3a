"""An order that stands without money, paid after all."""
