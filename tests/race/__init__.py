"""The last of something: two processes of one shop want it at the same moment, again and again."""
