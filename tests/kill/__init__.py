"""Kill -9: a shop of five processes and its bank, all of which may die at any moment."""
