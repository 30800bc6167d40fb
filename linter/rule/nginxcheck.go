package rule

import "padlock/internal/nginx/check"

// NginxSubject asks what the server holds against an nginx configuration as a
// whole. It is made when the first rule asks, and shared by all rules.
func (p *Pass) NginxSubject() *check.Subject {
	p.walk.subjectOnce.Do(func() { p.walk.subject = check.Of(p.Nginx, p.NginxTarget, p.Complete) })
	return p.walk.subject
}
