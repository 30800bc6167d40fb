package vhost

import (
	"strings"
)

// setEnvIf runs SetEnvIf and BrowserMatch: early those outside of sections, when
// the request has been read, later those in sections, before access is judged
// (mod_setenvif's hooks for post_read_request and header_parser).
func (v *apacheVisit) setEnvIf(early bool) {
	servers := len(v.scopes())
	for i, layer := range v.layers {
		if early != (i < servers) {
			continue
		}
		for _, d := range layer.scope.directives {
			switch d.name {
			case "setenvif", "setenvifnocase", "browsermatch", "browsermatchnocase":
				v.matchEnvironment(d)
			}
		}
	}
}

// setEnvironment runs SetEnv and UnsetEnv (mod_env's fixups).
func (v *apacheVisit) setEnvironment() {
	for _, layer := range v.layers {
		for _, d := range layer.scope.directives {
			switch d.name {
			case "setenv":
				if words := d.words(); len(words) > 0 {
					v.setEnv(words[0], strings.Join(words[1:], " "))
				}
			case "unsetenv":
				for _, w := range d.words() {
					delete(v.env, w)
				}
			}
		}
	}
}

// redirected has the variables that the request had before it was led on inside
// (rename_original_env).
func (v *apacheVisit) redirected(env map[string]string) {
	v.env = nil
	for name, value := range env {
		v.setEnv("REDIRECT_"+name, value)
	}
}

func (v *apacheVisit) setEnv(name, value string) {
	if v.env == nil {
		v.env = map[string]string{}
	}
	v.env[name] = value
}

// matchEnvironment is one SetEnvIf attribute pattern name[=value]….
func (v *apacheVisit) matchEnvironment(d apacheDirective) {
	words := d.words()
	attribute := "User-Agent"
	if strings.HasPrefix(d.name, "setenvif") && len(words) > 0 {
		attribute, words = words[0], words[1:]
	}
	if len(words) < 2 {
		return
	}
	value, why := v.attempt(func() string { return v.attribute(attribute) })
	groups, ok, undecided := v.s.matchGroups(words[0], strings.HasSuffix(d.name, "nocase"), value)
	if why != "" || undecided != "" {
		return
	}
	if !ok {
		return
	}
	for _, w := range words[1:] {
		name, value, hasValue := strings.Cut(w, "=")
		switch {
		case strings.HasPrefix(name, "!"):
			delete(v.env, name[1:])
		case hasValue:
			v.setEnv(name, substitute(value, groups))
		default:
			v.setEnv(name, "1")
		}
	}
}

func (v *apacheVisit) attribute(name string) string {
	switch strings.ToLower(name) {
	case "remote_addr":
		return v.clientAddress()
	case "remote_host", "remote_user", "server_addr":
		return v.unknown("it depends on " + name)
	case "request_method":
		return v.method()
	case "request_protocol":
		value, _ := v.variable("SERVER_PROTOCOL")
		return value
	case "request_uri":
		return v.uri
	}
	if value, ok := v.env[name]; ok {
		return value
	}
	return v.header(name)
}
