package generator

import (
	"bytes"
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"padlock/generator/outdir"
	"padlock/internal/tlspolicy"
)

// User is a name with the hash of its password.
type User struct{ Name, Hash string }

// usersFolder holds files of users beside the configuration. Neither server reads it
// for configuration: "*.conf" does not go into folders.
const usersFolder = "users"

var usersAttribute = attribute{
	Name: "users", Type: cty.Map(cty.String), Check: users, Private: true, Example: `{ alice = "$2y$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy" }`,
	Doc: "Users with the hashes of their passwords (bcrypt), as padlock hash-password makes them; never the passwords. They are written into a file beside the others that only the server's group may read. Use either this or users_file.",
}

// bcryptHash is what bcrypt writes (crypt(5), "bcrypt"): a salt of 22 characters and a
// hash of 31.
var bcryptHash = pattern(`^\$2([aby])\$([0-9]{2})\$[./A-Za-z0-9]{53}$`)

// Bounds of the cost of a hash: below the first a stolen one is guessed in days, above
// the last a server spends more than a second on each request. Those of padlock
// hash-password.
const leastCost, mostCost = "08", "16"

// maxUserName is the length of a name in bytes; Apache reads a line of 8,190 at most.
const maxUserName = 255

// users checks a map of name to hash. No word of a value goes into a message: it may
// be a password.
func users(v cty.Value) (cty.Value, error) {
	if v.LengthInt() == 0 {
		return v, fmt.Errorf(`there is nobody in it, so that nobody could come in; deny = true says that`)
	}
	out := map[string]cty.Value{}
	var mistakes, plain []string
	values := v.AsValueMap()
	for _, name := range sortedKeys(values) {
		hash, err := userHash(name, values[name])
		switch {
		case errors.Is(err, errNoHash):
			plain = append(plain, name)
		case err != nil:
			mistakes = append(mistakes, err.Error())
		}
		out[name] = cty.StringVal(hash)
	}
	if len(plain) > 0 {
		mistakes = append(mistakes, fmt.Sprintf(`there is no bcrypt hash for %s. A password is never taken: a description is read by many, and the hash of one would be another each time. Run "padlock hash-password", and write what it prints`, quotedList(plain)))
	}
	return cty.MapVal(out), joined(mistakes)
}

var errNoHash = errors.New("no bcrypt hash")

func userHash(name string, v cty.Value) (string, error) {
	switch {
	case name == "" || len(name) > maxUserName || name[0] == '#' || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f || r == ':' }):
		return "", fmt.Errorf("%q cannot be the name of a user: it has 1 to %d bytes, no colon and no control character, and does not begin with #", name, maxUserName)
	case v.IsNull():
		return "", fmt.Errorf("the hash of %q is null", name)
	}
	m := bcryptHash().FindStringSubmatch(v.AsString())
	switch {
	case m == nil:
		return "", errNoHash
	case m[2] < leastCost || m[2] > mostCost:
		return "", fmt.Errorf(`the hash of %q has cost %s; below 8 it is guessed too easily when stolen, and above 16 each request takes the server seconds. Run "padlock hash-password" for another`, name, m[2])
	}
	// The three letters name one algorithm; this one every crypt(3) with bcrypt knows, and
	// Apache itself.
	return "$2y$" + v.AsString()[len("$2y$"):], nil
}

// decodeUsers reads the users of an auth block.
func decodeUsers(l *layer) []User {
	s, ok := l.setting(usersAttribute.Name)
	if !ok {
		return nil
	}
	var out []User
	values := s.Value.AsValueMap()
	for _, name := range sortedKeys(values) {
		out = append(out, User{name, values[name].AsString()})
	}
	return out
}

// place is the directory where the server finds what is rendered; empty if it is not
// known. Where nothing is written it is the platform's.
func (d *description) place(r Request, target Target) (string, error) {
	switch {
	case target.IncludeDir != "":
		return target.IncludeDir, nil
	case r.OutDir != "":
		return filepath.Abs(r.OutDir)
	case d.outDir() != "":
		return filepath.Abs(d.outDir())
	case r.Unwritten:
		return target.Platform.Paths(target.Server).SitesDir, nil
	}
	return "", nil
}

// placeUsers gives each list of users its file, below the directory where the server
// finds what is rendered.
func placeUsers(sites []*Site, dir string, target Target) ([]File, hcl.Diagnostics) {
	var files []File
	var diags hcl.Diagnostics
	for _, s := range sites {
		named := map[string]string{}
		s.anyPlace(func(p *Place) bool {
			a := p.Access.Auth
			if a == nil || len(a.Users) == 0 {
				return false
			}
			content := s.usersContent(a.Users)
			name, known := named[string(content)]
			if !known {
				name = s.usersFile(len(named) + 1)
				named[string(content)] = name
				if lack := unplaced(dir, target); lack != nil {
					lack.Subject = subjectOf(a.Range)
					diags = append(diags, lack)
				}
				files = append(files, File{Name: name, Content: content, Private: true})
			}
			a.UsersFile = Text{path.Join(filepath.ToSlash(dir), name), a.Range}
			return false
		})
	}
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	return files, diags
}

// unplaced says why no file of users can be written to a directory; nil if one can.
func unplaced(dir string, target Target) *hcl.Diagnostic {
	switch {
	case dir == "":
		return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Users without a place",
			Detail: "The file of users is written beside the others, and the server is told its path, which is not known here. Write out_dir or include_dir into target, give --out DIR, or name a file of your own in users_file."}
	case strings.ContainsFunc(dir, unicode.IsControl):
		return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Users without a place",
			Detail: fmt.Sprintf("The server would be told the path of the file of users, and %q holds a character that it cannot read. Name another directory.", dir)}
	case target.Server == tlspolicy.Nginx && target.Layout != LayoutSites && path.Base(filepath.ToSlash(dir)) == enabledFolder:
		return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Users among the configuration",
			Detail: fmt.Sprintf("nginx takes everything in %s for configuration, and would not start with the folder of users in it. Write layout = \"sites\" into target, with out_dir the directory above, or name a file of your own in users_file.", dir)}
	}
	return nil
}

// usersFile is the name of the site's n-th file of users.
func (s *Site) usersFile(n int) string {
	name := plainName(s.Name.Value)
	if n > 1 {
		name += fmt.Sprintf("-%d", n)
	}
	return path.Join(usersFolder, name+".htpasswd")
}

// usersContent is the file of users: both servers pass over comments.
func (s *Site) usersContent(list []User) []byte {
	var out bytes.Buffer
	fmt.Fprintf(&out, "%s. Do not edit: change %s and run padlock generate.\n", outdir.Marker, printable(filepath.Base(s.Range.Filename)))
	fmt.Fprintf(&out, "# Users of %s\n", s.Name.Value)
	for _, u := range list {
		fmt.Fprintf(&out, "%s:%s\n", u.Name, u.Hash)
	}
	return out.Bytes()
}
