package tlspolicy

import (
	"fmt"
	"sync"
)

// Feature names something that not every version of a server can do. The
// constants stand beside the tables that say since when.
type Feature string

// capability is one row of the tables: a feature, on one server, from its
// first version to its last.
type capability struct {
	feature Feature
	server  Server
	// what the feature is called in a sentence: "the http2 directive".
	what string
	// since is the first version that has it; zero means never.
	since Version
	// deprecated is the first version that warns about it or documents it as
	// superseded; removed the first one without it. Zero: not so far.
	deprecated, removed Version
	// openssl is the oldest OpenSSL that makes it work; zero: any.
	openssl Version
	// source is the document, and the place in it.
	source string
}

var capabilities = sync.OnceValue(func() map[capabilityKey]capability {
	return indexCapabilities(nginxCapabilities(), apacheCapabilities())
})

type capabilityKey struct {
	feature Feature
	server  Server
}

func indexCapabilities(tables ...[]capability) map[capabilityKey]capability {
	index := map[capabilityKey]capability{}
	for _, table := range tables {
		for _, row := range table {
			index[capabilityKey{row.feature, row.server}] = row
		}
	}
	return index
}

// Support is the answer to "can this target do that?".
type Support struct {
	// OK tells that the target can do it. When Undecided, it is the answer for
	// the newest known versions.
	OK bool
	// Undecided tells that the answer depends on a version that the target
	// leaves open.
	Undecided bool
	// Deprecated tells that it works, but the server asks for something newer.
	Deprecated bool
	// Since is the first version of the server with the feature, zero if none
	// has it; Removed the first one without it again, zero if it is still there.
	Since, Removed Version
	// OpenSSL is the oldest version of OpenSSL for it, zero if any will do.
	OpenSSL Version
	// Reason is a sentence for the user when not OK, undecided or deprecated:
	// what is missing, and which version has it.
	Reason string
	// Source is the document that says so.
	Source string
}

// Supports tells whether a target has a feature. A feature without a row for
// the server of the target is one that the server does not have at all.
func Supports(feature Feature, target Target) Support {
	row, ok := capabilities()[capabilityKey{feature, target.Server}]
	if !ok {
		return Support{Reason: fmt.Sprintf("%s has no feature %q", target.Server, feature)}
	}
	support := Support{Since: row.since, Removed: row.removed, OpenSSL: row.openssl, Source: row.source}
	if row.since.IsZero() {
		support.Reason = fmt.Sprintf("no version of %s has %s", target.Server, row.what)
		return support
	}
	row.judgeServer(target, &support)
	if support.OK {
		row.judgeOpenSSL(target, &support)
	}
	return support
}

func (row capability) judgeServer(target Target, support *Support) {
	version := target.Version
	switch {
	case version.IsZero():
		support.OK = row.removed.IsZero()
		support.Undecided = row.since.AtLeast(oldestServer(row.server)) || !row.removed.IsZero()
		if support.Undecided {
			support.Reason = fmt.Sprintf("%s needs %s", row.what, row.serverRange())
		}
	case version.Before(row.since):
		support.Reason = fmt.Sprintf("%s needs %s, the target is %s", row.what, row.serverRange(), version)
	case !row.removed.IsZero() && version.AtLeast(row.removed):
		support.Reason = fmt.Sprintf("%s was removed in %s %s, the target is %s", row.what, row.server, row.removed, version)
	default:
		support.OK = true
	}
	if support.OK && !row.deprecated.IsZero() && version.AtLeast(row.deprecated) {
		support.Deprecated = true
		support.Reason = fmt.Sprintf("%s is deprecated since %s %s", row.what, row.server, row.deprecated)
	}
}

func (row capability) judgeOpenSSL(target Target, support *Support) {
	switch {
	case row.openssl.IsZero() || target.OpenSSL.AtLeast(row.openssl):
	case !target.OpenSSL.IsZero():
		support.OK = false
		support.Reason = fmt.Sprintf("%s needs OpenSSL %s, the target has %s", row.what, row.openssl, target.OpenSSL)
	case row.openssl.AtLeast(oldestOpenSSL):
		support.Undecided = true
		support.Reason = fmt.Sprintf("%s needs OpenSSL %s", row.what, row.openssl)
	}
}

func (row capability) serverRange() string {
	if row.removed.IsZero() {
		return fmt.Sprintf("%s %s or newer", row.server, row.since)
	}
	return fmt.Sprintf("%s from %s to before %s", row.server, row.since, row.removed)
}

// oldestOpenSSL and oldestServer bound what an unknown version may be: nobody
// who cares to run Padlock has servers from before these, which keeps an
// answer from being undecided over versions of 2012.
var oldestOpenSSL = MustVersion("1.0.2")

func oldestServer(server Server) Version {
	if server == Apache {
		return MustVersion("2.4.7")
	}
	return MustVersion("1.9.5")
}
