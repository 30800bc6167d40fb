package tlspolicy

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// Version is a release of a server or of OpenSSL, such as 1.22.1, 2.4.71 or
// 1.0.2l. The zero value means "not known". Versions are comparable with ==.
type Version struct {
	Major, Minor, Patch int
	// Letter is the letter of an OpenSSL release before 3.0: "l" of 1.0.2l,
	// "zk" of 1.0.2zk.
	Letter string
}

// maxVersionPart bounds each number, so that a typo cannot overflow.
const maxVersionPart = 99999

// ParseVersion reads "1.22.1", "3.5" (the patch is then 0) or "1.0.2l". What a
// distribution adds after "-", "+", "~" or a space ("1.22.1-9+deb12u11",
// "1.1.1k-fips") is not part of the version. The error quotes text.
func ParseVersion(text string) (Version, error) {
	core := strings.TrimSpace(text)
	if i := strings.IndexAny(core, "-+~ "); i >= 0 {
		core = core[:i]
	}
	digits := strings.TrimRight(core, "abcdefghijklmnopqrstuvwxyz")
	version := Version{Letter: core[len(digits):]}
	parts := strings.Split(digits, ".")
	if len(parts) < 2 || len(parts) > 3 || version.Letter != "" && (len(parts) != 3 || len(version.Letter) > 2) {
		return Version{}, badVersion(text)
	}
	for i, part := range parts {
		n, err := strconv.ParseUint(part, 10, 32)
		if err != nil || n > maxVersionPart {
			return Version{}, badVersion(text)
		}
		*[]*int{&version.Major, &version.Minor, &version.Patch}[i] = int(n)
	}
	if version.IsZero() {
		return Version{}, badVersion(text)
	}
	return version, nil
}

func badVersion(text string) error {
	if len(text) > 40 {
		text = text[:40] + "…"
	}
	return fmt.Errorf("%q is not a version: write it like 1.26.3, 2.4.71 or 3.5", text)
}

// MustVersion is ParseVersion for versions that stand in the program itself.
func MustVersion(text string) Version {
	version, err := ParseVersion(text)
	if err != nil {
		panic(err)
	}
	return version
}

// IsZero tells that the version is not known.
func (v Version) IsZero() bool { return v == Version{} }

// Compare is negative when v is older than other, zero when they are the same,
// positive when v is newer. 1.0.2 < 1.0.2a < 1.0.2z < 1.0.2za < 1.1.0.
func (v Version) Compare(other Version) int {
	return cmp.Or(
		cmp.Compare(v.Major, other.Major),
		cmp.Compare(v.Minor, other.Minor),
		cmp.Compare(v.Patch, other.Patch),
		cmp.Compare(len(v.Letter), len(other.Letter)),
		cmp.Compare(v.Letter, other.Letter),
	)
}

// AtLeast tells that v is other or newer.
func (v Version) AtLeast(other Version) bool { return v.Compare(other) >= 0 }

// Before tells that v is older than other.
func (v Version) Before(other Version) bool { return v.Compare(other) < 0 }

// Branch is the release series: 1.26 of 1.26.3, 3.0 of 3.0.19, and 1.1.1 of
// 1.1.1w, because OpenSSL counted series by three numbers before 3.0.
func (v Version) Branch() Version {
	if v.Major == 1 && v.Minor <= 1 && v.Letter != "" {
		return Version{Major: v.Major, Minor: v.Minor, Patch: v.Patch}
	}
	return Version{Major: v.Major, Minor: v.Minor}
}

// String is "1.22.1" or "1.0.2l", and "unknown" for the zero version.
func (v Version) String() string {
	if v.IsZero() {
		return "unknown"
	}
	return fmt.Sprintf("%d.%d.%d%s", v.Major, v.Minor, v.Patch, v.Letter)
}

// MarshalText writes the version as in String, and nothing for the zero one.
func (v Version) MarshalText() ([]byte, error) {
	if v.IsZero() {
		return nil, nil
	}
	return []byte(v.String()), nil
}

// UnmarshalText reads what MarshalText writes.
func (v *Version) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*v = Version{}
		return nil
	}
	parsed, err := ParseVersion(string(text))
	*v = parsed
	return err
}
