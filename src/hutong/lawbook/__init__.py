"""Pages over the law itself: what applies where and when, the register of instruments, and a case explained."""
