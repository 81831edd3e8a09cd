"""The law of China as data: instruments, facts, parameters, rules, reasons, deadlines, holidays and decided cases."""
