package apache

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// newestPatch bounds the patch levels of httpd 2.4 that an unknown version may
// have; 2.4.71 is current. oldestPatch is the first release, 2.4.1.
const oldestPatch, newestPatch = 1, 120

var errVersion = errors.New("the version must have the form major[.minor[.patch]] with numbers")

// versionHolds answers <IfVersion> for a server version ("2.4.62"), or for any
// 2.4 if it is empty: the answer is known if all of them agree.
func versionHolds(operator, operand, server string) (Truth, error) {
	if server != "" {
		version, err := parseVersion(server)
		if err != nil {
			return Unknown, fmt.Errorf("server version %q: %w", server, err)
		}
		return compareVersion(operator, operand, version)
	}
	first, err := compareVersion(operator, operand, [3]int{2, 4, oldestPatch})
	for patch := oldestPatch + 1; err == nil && patch <= newestPatch; patch++ {
		var next Truth
		if next, err = compareVersion(operator, operand, [3]int{2, 4, patch}); next != first {
			return Unknown, err
		}
	}
	return first, err
}

// compareVersion knows the operators of mod_version: "=", "==", ">", ">=",
// "<", "<=", "~" with a regular expression, "=" with one between slashes. A
// leading '!' negates. "= 2.4" means 2.4.0.
func compareVersion(operator, operand string, server [3]int) (Truth, error) {
	op, negated := strings.CutPrefix(operator, "!")
	result, err := comparison(op, operand, server)
	if negated {
		result = result.Not()
	}
	return result, err
}

func comparison(op, operand string, server [3]int) (Truth, error) {
	if op == "~" {
		return matchVersion(operand, server)
	}
	if inner, ok := strings.CutPrefix(operand, "/"); ok && (op == "=" || op == "==") {
		pattern, closed := strings.CutSuffix(inner, "/")
		if !closed {
			return Unknown, errors.New("the regular expression has no closing '/'")
		}
		return matchVersion(pattern, server)
	}
	wanted, err := parseVersion(operand)
	if err != nil {
		return Unknown, err
	}
	order := 0
	for i := range server {
		if order == 0 {
			order = server[i] - wanted[i]
		}
	}
	switch op {
	case "=", "==":
		return truth(order == 0), nil
	case ">":
		return truth(order > 0), nil
	case ">=":
		return truth(order >= 0), nil
	case "<":
		return truth(order < 0), nil
	case "<=":
		return truth(order <= 0), nil
	}
	return Unknown, fmt.Errorf("unrecognized operator %q", op)
}

// matchVersion leaves patterns that Go cannot read unknown: httpd uses PCRE.
func matchVersion(pattern string, server [3]int) (Truth, error) {
	re, err := regexp.Compile(pattern)
	if err != nil {
		return Unknown, nil
	}
	return truth(re.MatchString(fmt.Sprintf("%d.%d.%d", server[0], server[1], server[2]))), nil
}

func parseVersion(s string) (v [3]int, err error) {
	fields := strings.SplitN(s, ".", 4)
	if len(fields) > 3 {
		return v, errVersion
	}
	for i, field := range fields {
		n, err := strconv.ParseUint(field, 10, 31)
		if err != nil {
			return v, errVersion
		}
		v[i] = int(n)
	}
	return v, nil
}
