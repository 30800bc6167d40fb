package directives

// Check judges the values of a directive whose number of arguments is right.
func Check(f *Form, u Use) []Problem {
	if f.Arity.Flag && !isFlag(u.Arguments[0]) {
		return []Problem{{Kind: Value, Argument: 0}}
	}
	return nil
}

func isFlag(s string) bool { return s == "on" || s == "off" }
