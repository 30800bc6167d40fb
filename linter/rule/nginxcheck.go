package rule

import "padlock/internal/nginx/check"

// NginxSubject asks what the server holds against an nginx configuration as a
// whole. It is made when the first rule of a category asks, and shared by all of
// them; it is for OnEnd.
func (p *Pass) NginxSubject() *check.Subject {
	if p.notes.nginx == nil {
		p.notes.nginx = check.Of(p.Nginx, p.NginxTarget, p.Complete)
	}
	return p.notes.nginx
}
