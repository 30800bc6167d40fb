package generator

import (
	"fmt"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// permissionFeatures are the features of the Permissions Policy registry
// (github.com/w3c/webappsec-permissions-policy, features.md) that browsers ship.
// Others are taken too, unless they look like one of these misspelt.
var permissionFeatures = []string{
	"accelerometer", "ambient-light-sensor", "attribution-reporting", "autoplay", "bluetooth", "browsing-topics", "camera",
	"clipboard-read", "clipboard-write", "compute-pressure", "cross-origin-isolated", "deferred-fetch", "digital-credentials-get",
	"display-capture", "encrypted-media", "fullscreen", "gamepad", "geolocation", "gyroscope", "hid", "identity-credentials-get",
	"idle-detection", "keyboard-map", "local-fonts", "magnetometer", "microphone", "midi", "otp-credentials", "payment",
	"picture-in-picture", "private-state-token-issuance", "private-state-token-redemption", "publickey-credentials-create",
	"publickey-credentials-get", "screen-wake-lock", "serial", "speaker-selection", "storage-access", "sync-xhr", "unload", "usb",
	"vertical-scroll", "web-share", "window-management", "xr-spatial-tracking",
}

// permissionsDenied is the policy of the preset strict: what a site rarely needs
// and its visitors would miss least, denied to it and to all that it embeds.
func permissionsDenied() string {
	var parts []string
	for _, feature := range []string{
		"accelerometer", "autoplay", "bluetooth", "browsing-topics", "camera", "display-capture", "encrypted-media", "geolocation",
		"gyroscope", "hid", "idle-detection", "magnetometer", "microphone", "midi", "payment", "picture-in-picture",
		"publickey-credentials-get", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking",
	} {
		parts = append(parts, feature+"=()")
	}
	return strings.Join(parts, ", ")
}

var (
	featureName = pattern(`^[a-z][a-z0-9-]{0,60}$`)
	// permissionOrigin is an origin; its first label may be a wildcard.
	permissionOrigin = pattern(`^https?://(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::[0-9]{1,5})?$`)
)

// permissionTable checks an object of feature to list of origins.
func permissionTable(v cty.Value) (cty.Value, error) {
	t := v.Type()
	if !t.IsObjectType() && !t.IsMapType() {
		return v, fmt.Errorf(`permissions is an object such as { camera = [], geolocation = ["self"] }`)
	}
	out := map[string]cty.Value{}
	values := v.AsValueMap()
	for _, feature := range sortedKeys(values) {
		near := didYouMean(feature, permissionFeatures)
		if !featureName().MatchString(feature) || near != "" && !slices.Contains(permissionFeatures, feature) {
			return v, fmt.Errorf("permissions has no feature %q%s", feature, near)
		}
		list, err := listOf(values[feature], permissionAllowed)
		if err != nil {
			return v, fmt.Errorf("permissions.%s: %w", feature, err)
		}
		out[feature] = list
	}
	return cty.ObjectVal(out), nil
}

// listOf converts a value to a list of texts and checks each.
func listOf(v cty.Value, each func(string) (string, error)) (cty.Value, error) {
	list, err := convert.Convert(v, cty.List(cty.String))
	if err != nil || list.IsNull() || !list.IsWhollyKnown() {
		return v, fmt.Errorf("it is no list of texts")
	}
	return check(each)(list)
}

func permissionAllowed(s string) (string, error) {
	if s == "self" || s == "src" || s == "*" || permissionOrigin().MatchString(s) {
		return s, nil
	}
	return s, fmt.Errorf(`%q is not "self", "src", "*" or an origin such as "https://maps.example"`, s)
}

// permissionsPolicy writes the header (a structured field dictionary, RFC 8941).
func permissionsPolicy(v cty.Value) string {
	var parts []string
	features := v.AsValueMap()
	for _, feature := range sortedKeys(features) {
		var allowed []string
		for it := features[feature].ElementIterator(); it.Next(); {
			_, e := it.Element()
			word := e.AsString()
			if strings.Contains(word, "://") {
				word = `"` + word + `"`
			}
			allowed = append(allowed, word)
		}
		list := "(" + strings.Join(allowed, " ") + ")"
		if slices.Contains(allowed, "*") {
			list = "*"
		}
		parts = append(parts, feature+"="+list)
	}
	return strings.Join(parts, ", ")
}
