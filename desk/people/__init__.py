"""Who may do what: roles, passwords, sessions, the check of every post, lock-out, and the pages for it."""
