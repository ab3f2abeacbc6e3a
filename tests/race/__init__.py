"""The last place of a slot: two processes of one shop want it at the same moment, again and again."""
