package generator

import (
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// object is the evaluated value of an attribute with Keys; the zero object has
// none of them.
type object struct {
	values map[string]cty.Value
	Range  hcl.Range
}

// object is the value of an attribute with Keys, and whether it is written.
func (l *layer) object(name string) (object, bool) {
	s, ok := l.setting(name)
	if !ok || s.Value.IsNull() {
		return object{Range: l.where()}, false
	}
	return object{s.Value.AsValueMap(), s.Range}, true
}

func (o object) text(name, fallback string) Text {
	if v, ok := o.values[name]; ok {
		return Text{v.AsString(), o.Range}
	}
	return Text{fallback, o.Range}
}

func (o object) texts(name string) []Text {
	v, ok := o.values[name]
	if !ok {
		return nil
	}
	var out []Text
	for it := v.ElementIterator(); it.Next(); {
		_, element := it.Element()
		out = append(out, Text{element.AsString(), o.Range})
	}
	return out
}

func (o object) flag(name string, fallback bool) bool {
	if v, ok := o.values[name]; ok {
		return v.True()
	}
	return fallback
}

func (o object) number(name string, fallback int) int {
	if v, ok := o.values[name]; ok {
		n, _ := v.AsBigFloat().Int64()
		return int(n)
	}
	return fallback
}

// span is a length of time, which a Check of the key has read already.
func (o object) span(name string, fallback time.Duration) time.Duration {
	if v, ok := o.values[name]; ok {
		fallback, _ = parseSpan(v.AsString())
	}
	return fallback
}

// checkKeys converts and checks an object by the rows of its keys.
func checkKeys(name string, keys []attribute, v cty.Value) (cty.Value, error) {
	if !v.Type().IsObjectType() && !v.Type().IsMapType() {
		return v, fmt.Errorf("%s is an object such as { %s = … }", name, keys[0].Name)
	}
	out := map[string]cty.Value{}
	var mistakes []string
	values := v.AsValueMap()
	for _, key := range sortedKeys(values) {
		value, err := checkKey(keys, key, values[key])
		if err != nil {
			mistakes = append(mistakes, fmt.Sprintf("%s.%s: %s", name, key, err))
			continue
		}
		out[key] = value
	}
	return cty.ObjectVal(out), joined(mistakes)
}

func checkKey(keys []attribute, name string, v cty.Value) (cty.Value, error) {
	var known []string
	for i := range keys {
		row := &keys[i]
		known = append(known, row.Name)
		if row.Name != name {
			continue
		}
		converted, err := convert.Convert(v, row.Type)
		switch {
		case err != nil:
			return v, fmt.Errorf("it needs %s: %w", friendlyType(row.Type), err)
		case converted.IsNull():
			return v, fmt.Errorf("it is null")
		case row.Check != nil:
			return row.Check(converted)
		}
		return converted, nil
	}
	return v, fmt.Errorf("there is no such key%s; it has %s", didYouMean(name, known), strings.Join(known, ", "))
}

// span is a Check for lengths of time.
func span(s string) (string, error) {
	d, err := parseSpan(s)
	if err == nil && d <= 0 {
		err = fmt.Errorf("%q is no time at all", s)
	}
	return s, err
}

// between is a Check for whole numbers.
func between(low, high int64) func(cty.Value) (cty.Value, error) {
	return func(v cty.Value) (cty.Value, error) { return v, wholeNumber(v, low, high) }
}
