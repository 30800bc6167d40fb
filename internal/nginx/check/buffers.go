package check

import (
	"fmt"
	"strings"

	"padlock/internal/nginx"
	"padlock/internal/nginx/directives"
)

// page is the size of a page of memory, the default of one buffer, on all
// machines but a few.
const page = 4096

// buffered are the modules that keep answers in buffers.
var buffered = []string{"proxy", "fastcgi", "uwsgi", "scgi"}

// bufferSettings are the directives that have to fit each other.
var bufferSettings = []string{"_buffers", "_buffer_size", "_busy_buffers_size", "_temp_file_write_size", "_max_temp_file_size"}

// buffers finds sizes of buffers that do not fit each other
// (ngx_http_proxy_merge_loc_conf and its kin).
func (s *Subject) buffers() []Problem {
	var found []Problem
	done := map[slot]bool{}
	for _, u := range s.uses {
		if u.protocol() != "http" {
			continue
		}
		for _, module := range buffered {
			setting, ok := strings.CutPrefix(u.name(), module)
			key := slot{u.Node.Parent, module}
			if !ok || !isBufferSetting(setting) || done[key] {
				continue
			}
			done[key] = true
			if p, bad := s.buffersOf(u.Node.Parent, module); bad {
				found = append(found, p)
			}
		}
	}
	return found
}

func isBufferSetting(setting string) bool {
	for _, s := range bufferSettings {
		if s == setting {
			return true
		}
	}
	return false
}

// buffersOf judges the settings that hold in a block.
func (s *Subject) buffersOf(block *nginx.Node, module string) (p Problem, bad bool) {
	var last *use
	value := func(setting string, argument int, standard int64) int64 {
		u := s.effective(block, module+setting)
		if u == nil {
			return standard
		}
		if u.Node.Parent == block {
			last = u
		}
		if n, ok := directives.ParseSize(u.Use.Arguments[argument]); ok {
			return n
		}
		return standard
	}
	count, one := value("_buffers", 0, 8), value("_buffers", 1, page)
	largest := max(one, value("_buffer_size", 0, page))
	busy := value("_busy_buffers_size", 0, 2*largest)
	write := value("_temp_file_write_size", 0, 2*largest)
	file := value("_max_temp_file_size", 0, 1<<30)
	message := ""
	switch {
	case last == nil:
	case count < 2:
		message = fmt.Sprintf("there must be at least 2 \"%s_buffers\"", module)
	case busy < largest:
		message = fmt.Sprintf("\"%s_busy_buffers_size\" must not be less than \"%[1]s_buffer_size\" and one of the \"%[1]s_buffers\"", module)
	case busy > (count-1)*one:
		message = fmt.Sprintf("\"%s_busy_buffers_size\", by default twice the larger of \"%[1]s_buffer_size\" and one buffer, must not exceed all \"%[1]s_buffers\" but one", module)
	case write < largest:
		message = fmt.Sprintf("\"%s_temp_file_write_size\" must not be less than \"%[1]s_buffer_size\" and one of the \"%[1]s_buffers\"", module)
	case file != 0 && file < largest:
		message = fmt.Sprintf("\"%s_max_temp_file_size\" must be 0, or not less than \"%[1]s_buffer_size\" and one of the \"%[1]s_buffers\"", module)
	}
	if message == "" {
		return p, false
	}
	help := fmt.Sprintf("Here hold %d buffers of %d bytes, a first buffer and a buffer of at most %d bytes, and %d bytes busy.", count, one, largest, busy)
	return last.problem(ruleValue, -1, message, help), true
}
