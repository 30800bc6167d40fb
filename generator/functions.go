package generator

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"path"
	"path/filepath"

	"github.com/hashicorp/hcl/v2/ext/tryfunc"
	yaml "github.com/zclconf/go-cty-yaml"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"

	"padlock/internal/source"
)

// pureFunctions are those that depend on their arguments alone.
var pureFunctions = map[string]function.Function{
	"abs":          stdlib.AbsoluteFunc,
	"append":       stdlib.ConcatFunc,
	"can":          tryfunc.CanFunc,
	"ceil":         stdlib.CeilFunc,
	"chomp":        stdlib.ChompFunc,
	"chunklist":    stdlib.ChunklistFunc,
	"coalesce":     stdlib.CoalesceFunc,
	"coalescelist": stdlib.CoalesceListFunc,
	"compact":      stdlib.CompactFunc,
	"concat":       stdlib.ConcatFunc,
	"contains":     stdlib.ContainsFunc,
	"csvdecode":    stdlib.CSVDecodeFunc,
	"distinct":     stdlib.DistinctFunc,
	"element":      stdlib.ElementFunc,
	"flatten":      stdlib.FlattenFunc,
	"floor":        stdlib.FloorFunc,
	"format":       stdlib.FormatFunc,
	"formatlist":   stdlib.FormatListFunc,
	"indent":       stdlib.IndentFunc,
	"join":         stdlib.JoinFunc,
	"jsondecode":   stdlib.JSONDecodeFunc,
	"jsonencode":   stdlib.JSONEncodeFunc,
	"keys":         stdlib.KeysFunc,
	"length":       lengthFunc,
	"lookup":       stdlib.LookupFunc,
	"lower":        stdlib.LowerFunc,
	"max":          stdlib.MaxFunc,
	"merge":        stdlib.MergeFunc,
	"min":          stdlib.MinFunc,
	"range":        stdlib.RangeFunc,
	"regex":        stdlib.RegexFunc,
	"regexall":     stdlib.RegexAllFunc,
	"regexreplace": stdlib.RegexReplaceFunc,
	"replace":      stdlib.ReplaceFunc,
	"reverse":      stdlib.ReverseListFunc,
	"setunion":     stdlib.SetUnionFunc,
	"sha256":       sha256Func,
	"slice":        stdlib.SliceFunc,
	"sort":         stdlib.SortFunc,
	"split":        stdlib.SplitFunc,
	"strrev":       stdlib.ReverseFunc,
	"substr":       stdlib.SubstrFunc,
	"title":        stdlib.TitleFunc,
	"tobool":       stdlib.MakeToFunc(cty.Bool),
	"tolist":       stdlib.MakeToFunc(cty.List(cty.DynamicPseudoType)),
	"tomap":        stdlib.MakeToFunc(cty.Map(cty.DynamicPseudoType)),
	"tonumber":     stdlib.MakeToFunc(cty.Number),
	"toset":        stdlib.MakeToFunc(cty.Set(cty.DynamicPseudoType)),
	"tostring":     stdlib.MakeToFunc(cty.String),
	"trim":         stdlib.TrimFunc,
	"trimprefix":   stdlib.TrimPrefixFunc,
	"trimspace":    stdlib.TrimSpaceFunc,
	"trimsuffix":   stdlib.TrimSuffixFunc,
	"try":          tryfunc.TryFunc,
	"upper":        stdlib.UpperFunc,
	"values":       stdlib.ValuesFunc,
	"yamldecode":   yaml.YAMLDecodeFunc,
	"zipmap":       stdlib.ZipmapFunc,
}

var sha256Func = function.New(&function.Spec{
	Description: "The SHA-256 of a text, in hexadecimal digits.",
	Params:      []function.Parameter{{Name: "text", Type: cty.String}},
	Type:        function.StaticReturnType(cty.String),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		sum := sha256.Sum256([]byte(args[0].AsString()))
		return cty.StringVal(hex.EncodeToString(sum[:])), nil
	},
})

// lengthFunc counts the characters of a text or the elements of a collection.
var lengthFunc = function.New(&function.Spec{
	Description: "The number of characters of a text, or of elements of a collection.",
	Params:      []function.Parameter{{Name: "value", Type: cty.DynamicPseudoType, AllowDynamicType: true}},
	Type:        function.StaticReturnType(cty.Number),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		if args[0].Type() == cty.String {
			return stdlib.Strlen(args[0])
		}
		return stdlib.Length(args[0])
	},
})

// functions adds those that look outside: files beside the description, and
// the environment given.
func functions(dir string, files *source.Set, environment map[string]string) map[string]function.Function {
	all := make(map[string]function.Function, len(pureFunctions)+2)
	for name, f := range pureFunctions {
		all[name] = f
	}
	all["file"] = fileFunc(dir, files)
	all["env"] = envFunc(environment)
	return all
}

// fileFunc reads a text file. Paths are relative to the description, and what
// lies outside its directory is refused: a description under review must not
// be able to copy the machine's secrets into its output.
func fileFunc(dir string, files *source.Set) function.Function {
	return function.New(&function.Spec{
		Description: "The content of a text file, by its path from the description's directory.",
		Params:      []function.Parameter{{Name: "path", Type: cty.String}},
		Type:        function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			name := filepath.ToSlash(args[0].AsString())
			if !path.IsAbs(name) {
				name = path.Join(dir, name)
			}
			f, err := files.Read(name)
			switch {
			case errors.Is(err, fs.ErrNotExist):
				return cty.NilVal, function.NewArgErrorf(0, "there is no such file")
			case errors.Is(err, source.ErrOutside):
				return cty.NilVal, function.NewArgErrorf(0, "the file lies outside the directory of the description; only files within may be read")
			case err != nil:
				return cty.NilVal, function.NewArgError(0, err)
			}
			return cty.StringVal(string(f.Data)), nil
		},
	})
}

func envFunc(environment map[string]string) function.Function {
	return function.New(&function.Spec{
		Description: "The value of an environment variable, empty if it is not set.",
		Params:      []function.Parameter{{Name: "name", Type: cty.String}},
		Type:        function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			return cty.StringVal(environment[args[0].AsString()]), nil
		},
	})
}
