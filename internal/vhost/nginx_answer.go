package vhost

func (n *nginxModel) answer(h *Host, l *Listener, r Request) Outcome {
	return Outcome{Kind: CannotTell, Reason: "requests are not followed"}
}
