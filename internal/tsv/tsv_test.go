package tsv_test

import (
	"testing"

	"padlock/internal/tsv"
)

const table = "# name\tfacts\n# more\nallow\t1\nallow\t2\nallow_x\t3\nhttp\targ_\t4\nhttp\turi\t5\nzone\t6\n"

func TestLines(t *testing.T) {
	for key, want := range map[string]string{
		"allow": "allow\t1\nallow\t2\n", "allow_x": "allow_x\t3\n", "zone": "zone\t6\n",
		"http": "http\targ_\t4\nhttp\turi\t5\n", "http\turi": "http\turi\t5\n",
		"": "", "a": "", "allo": "", "zzz": "", "Allow": "", "#": "", "# name": "", "http\t": "", "zone\t6": "",
	} {
		if got := tsv.Lines(table, key); got != want {
			t.Errorf("Lines(%q) = %q, want %q", key, got, want)
		}
	}
	if got := tsv.Lines("", "a"); got != "" {
		t.Errorf("in an empty table: %q", got)
	}
}

func TestLinesFold(t *testing.T) {
	const table = "# name\n<If>\t1\nAllow\t2\nallow\t3\nDeny\t4\nOrder\t5"
	for key, want := range map[string]string{
		"<IF>": "<If>\t1\n", "ALLOW": "Allow\t2\nallow\t3\n", "deny": "Deny\t4\n", "oRDER": "Order\t5", "If": "", "<If": "",
	} {
		if got := tsv.LinesFold(table, key); got != want {
			t.Errorf("LinesFold(%q) = %q, want %q", key, got, want)
		}
	}
	if !tsv.Sorted(table, true) || tsv.Sorted(table, false) {
		t.Error("the table is sorted without regard to case, and not with it")
	}
}
