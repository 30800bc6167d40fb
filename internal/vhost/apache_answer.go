package vhost

// apacheCache is what answers share.
type apacheCache struct{}

// apacheRoutes is what a host's answers share.
type apacheRoutes struct{}

func (s *apacheServer) answer(h *Host, l *Listener, r Request) Outcome {
	return Outcome{Kind: CannotTell, Reason: "requests are not evaluated"}
}
