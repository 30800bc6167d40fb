package generator

import (
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// textFunction makes a function of one text.
func textFunction(f func(string) (string, error)) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "text", Type: cty.String}},
		Type:   function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			text, err := f(args[0].AsString())
			if err != nil {
				return cty.NilVal, function.NewArgError(0, err)
			}
			return cty.StringVal(text), nil
		},
	})
}

func plainText(f func(string) string) function.Function {
	return textFunction(func(s string) (string, error) { return f(s), nil })
}

var (
	basenameFunc = plainText(path.Base)
	dirnameFunc  = plainText(path.Dir)
	sha256Func   = plainText(func(s string) string { sum := sha256.Sum256([]byte(s)); return hex.EncodeToString(sum[:]) })
	sha512Func   = plainText(func(s string) string { sum := sha512.Sum512([]byte(s)); return hex.EncodeToString(sum[:]) })

	base64EncodeFunc = plainText(func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) })
	base64DecodeFunc = textFunction(func(s string) (string, error) {
		data, err := base64.StdEncoding.DecodeString(s)
		if err == nil && !utf8.Valid(data) {
			err = errors.New("what is encoded is not text")
		} else if err != nil {
			err = errors.New("the text is not Base64")
		}
		return string(data), err
	})
	// The query form with "%20", which is right in paths too; "+" is not.
	urlEncodeFunc = plainText(func(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") })
)

// pairFunction makes a function of a text and a part of it.
func pairFunction(part string, f func(text, part string) bool) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "text", Type: cty.String}, {Name: part, Type: cty.String}},
		Type:   function.StaticReturnType(cty.Bool),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			return cty.BoolVal(f(args[0].AsString(), args[1].AsString())), nil
		},
	})
}

var (
	startsWithFunc = pairFunction("prefix", strings.HasPrefix)
	endsWithFunc   = pairFunction("suffix", strings.HasSuffix)
)

// listFunction makes a function of a list of one type.
func listFunction(element, result cty.Type, f func([]cty.Value) (cty.Value, error)) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "list", Type: cty.List(element)}},
		Type:   function.StaticReturnType(result),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			list := args[0].AsValueSlice()
			for i, v := range list {
				if v.IsNull() {
					return cty.NilVal, function.NewArgErrorf(0, "element %d is null", i)
				}
			}
			return f(list)
		},
	})
}

var (
	allTrueFunc = listFunction(cty.Bool, cty.Bool, func(list []cty.Value) (cty.Value, error) {
		result := true
		for _, v := range list {
			result = result && v.True()
		}
		return cty.BoolVal(result), nil
	})
	anyTrueFunc = listFunction(cty.Bool, cty.Bool, func(list []cty.Value) (cty.Value, error) {
		result := false
		for _, v := range list {
			result = result || v.True()
		}
		return cty.BoolVal(result), nil
	})
	sumFunc = listFunction(cty.Number, cty.Number, func(list []cty.Value) (cty.Value, error) {
		sum := cty.Zero
		for _, v := range list {
			sum = sum.Add(v)
		}
		return sum, nil
	})
)

// oneFunc makes the optional element of a list a value.
var oneFunc = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "list", Type: cty.DynamicPseudoType}},
	Type: func(args []cty.Value) (cty.Type, error) {
		t := args[0].Type()
		switch {
		case t.IsTupleType() && t.Length() == 1:
			return t.TupleElementType(0), nil
		case t.IsTupleType() && t.Length() == 0:
			return cty.DynamicPseudoType, nil
		case t.IsTupleType():
			return cty.NilType, function.NewArgErrorf(0, "the list has %d elements; one or none is needed", t.Length())
		case t.IsListType() || t.IsSetType():
			return t.ElementType(), nil
		}
		return cty.NilType, function.NewArgErrorf(0, "a list or set is needed")
	},
	Impl: func(args []cty.Value, t cty.Type) (cty.Value, error) {
		switch n := args[0].LengthInt(); n {
		case 0:
			return cty.NullVal(t), nil
		case 1:
			it := args[0].ElementIterator()
			it.Next()
			_, v := it.Element()
			return v, nil
		default:
			return cty.NilVal, function.NewArgErrorf(0, "the list has %d elements; one or none is needed", n)
		}
	},
})

var indexFunc = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "list", Type: cty.DynamicPseudoType}, {Name: "value", Type: cty.DynamicPseudoType}},
	Type:   function.StaticReturnType(cty.Number),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		if t := args[0].Type(); !t.IsListType() && !t.IsTupleType() {
			return cty.NilVal, function.NewArgErrorf(0, "a list is needed")
		}
		for it := args[0].ElementIterator(); it.Next(); {
			i, v := it.Element()
			if equal, err := stdlib.Equal(v, args[1]); err == nil && equal.IsKnown() && equal.True() {
				return i, nil
			}
		}
		return cty.NilVal, function.NewArgErrorf(1, "the list does not hold the value")
	},
})

// lengthFunc counts the characters of a text or the elements of a collection.
var lengthFunc = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "value", Type: cty.DynamicPseudoType, AllowDynamicType: true}},
	Type:   function.StaticReturnType(cty.Number),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		if args[0].Type() == cty.String {
			return stdlib.Strlen(args[0])
		}
		return stdlib.Length(args[0])
	},
})

// sensitiveFunc marks a value as sensitive variables are marked.
var sensitiveFunc = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "value", Type: cty.DynamicPseudoType, AllowNull: true, AllowUnknown: true, AllowDynamicType: true, AllowMarked: true}},
	Type:   func(args []cty.Value) (cty.Type, error) { return args[0].Type(), nil },
	Impl:   func(args []cty.Value, _ cty.Type) (cty.Value, error) { return args[0].Mark(sensitive), nil },
})

// Bounds of functions whose result can be far larger than what they are given.
const (
	maxIndent  = 100
	maxProduct = 10_000
	maxReplace = 64 << 20 // bytes
)

var wideVerb = pattern(`%[^%a-zA-Z]*[0-9]{4,}`)

func boundedFormat(f function.Function) function.Function {
	return bounded(f, func(args []cty.Value) error {
		if wideVerb().MatchString(args[0].AsString()) {
			return function.NewArgErrorf(0, "a width or precision has at most three digits")
		}
		return nil
	})
}

func boundedReplace(f function.Function) function.Function {
	return bounded(f, func(args []cty.Value) error {
		if len(args[0].AsString())+1 > maxReplace/(len(args[2].AsString())+1) {
			return errors.New("the result could be larger than any description needs")
		}
		return nil
	})
}

var boundedProduct = bounded(stdlib.SetProductFunc, func(args []cty.Value) error {
	total := 1
	for _, arg := range args {
		unmarked, _ := arg.Unmark()
		total *= max(unmarked.LengthInt(), 1)
		if total > maxProduct {
			return fmt.Errorf("there are more than %d combinations", maxProduct)
		}
	}
	return nil
})

var indentFunc = bounded(stdlib.IndentFunc, func(args []cty.Value) error {
	if err := wholeNumber(args[0], 0, maxIndent); err != nil {
		return function.NewArgError(0, err)
	}
	return nil
})
