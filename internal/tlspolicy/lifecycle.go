package tlspolicy

// Lifecycle is the support of one release series by its makers. Distributions
// may go on supporting it: see Platform.SupportEnds.
type Lifecycle struct {
	// Branch is the series, such as 1.26 or 3.0.
	Branch Version
	// Released is the day of its first stable release, as 2006-01-02; empty
	// where it does not matter any more.
	Released string
	// EndOfLife is the day after which there are no more fixes; empty while no
	// day is set.
	EndOfLife string
	// LongTerm marks a long-term release.
	LongTerm bool
	// Source is the document that says so.
	Source string
}

// A stable branch of nginx ends when the next one comes out; the days are those
// of the first releases in its CHANGES files. A mainline branch (odd) ends
// when the stable branch made from it comes out.
var nginxLifecycles = []Lifecycle{
	{MustVersion("1.18"), "2020-04-21", "2021-04-20", false, "nginx CHANGES"},
	{MustVersion("1.19"), "2020-05-26", "2021-04-20", false, "nginx CHANGES"},
	{MustVersion("1.20"), "2021-04-20", "2022-05-24", false, "nginx CHANGES"},
	{MustVersion("1.21"), "2021-05-25", "2022-05-24", false, "nginx CHANGES"},
	{MustVersion("1.22"), "2022-05-24", "2023-04-11", false, "nginx CHANGES"},
	{MustVersion("1.23"), "2022-06-21", "2023-04-11", false, "nginx CHANGES"},
	{MustVersion("1.24"), "2023-04-11", "2024-04-23", false, "nginx CHANGES"},
	{MustVersion("1.25"), "2023-05-23", "2024-04-23", false, "nginx CHANGES"},
	{MustVersion("1.26"), "2024-04-23", "2025-04-23", false, "nginx CHANGES"},
	{MustVersion("1.27"), "2024-05-29", "2025-04-23", false, "nginx CHANGES"},
	{MustVersion("1.28"), "2025-04-23", "2026-04-14", false, "nginx CHANGES"},
	{MustVersion("1.29"), "2025-06-24", "2026-04-14", false, "nginx CHANGES"},
	{MustVersion("1.30"), "2026-04-14", "", false, "nginx CHANGES"},
	{MustVersion("1.31"), "", "", false, "nginx CHANGES"},
}

var apacheLifecycles = []Lifecycle{
	{MustVersion("1.3"), "1998-06-06", "2010-02-03", false, "Apache httpd announcement of 1.3.42"},
	{MustVersion("2.0"), "2002-04-06", "2013-07-10", false, "Apache httpd announcement of 2.0.65"},
	{MustVersion("2.2"), "2005-12-01", "2017-12-31", false, "Apache httpd announcement of 2.4.23: security patches for 2.2 until December 2017"},
	{MustVersion("2.4"), "2012-02-21", "", false, "Apache httpd download page"},
}

const opensslPolicy = "OpenSSL release policy"

var opensslLifecycles = []Lifecycle{
	{MustVersion("1.0.2"), "2015-01-22", "2019-12-31", true, opensslPolicy},
	{MustVersion("1.1.0"), "2016-08-25", "2019-09-11", false, opensslPolicy},
	{MustVersion("1.1.1"), "2018-09-11", "2023-09-11", true, opensslPolicy},
	{MustVersion("3.0"), "2021-09-07", "2026-09-07", true, opensslPolicy},
	{MustVersion("3.1"), "2023-03-14", "2025-03-14", false, opensslPolicy},
	{MustVersion("3.2"), "2023-11-23", "2025-11-23", false, opensslPolicy},
	{MustVersion("3.3"), "2024-04-09", "2026-04-09", false, opensslPolicy},
	{MustVersion("3.4"), "2024-10-22", "2026-10-22", false, opensslPolicy},
	{MustVersion("3.5"), "2025-04-08", "2030-04-08", true, opensslPolicy},
	{MustVersion("3.6"), "2025-10-01", "2026-11-01", false, opensslPolicy},
	{MustVersion("4.0"), "2026-04-14", "2027-05-14", false, opensslPolicy},
	{MustVersion("4.1"), "2026-10-23", "", false, "OpenSSL NEWS"},
}

// ServerLifecycle finds the release series of a server version. Series older
// than the table ended with its oldest row; ok is false for versions that are
// unknown or newer than the table.
func ServerLifecycle(server Server, version Version) (Lifecycle, bool) {
	if server == Apache {
		return lookupLifecycle(apacheLifecycles, version)
	}
	return lookupLifecycle(nginxLifecycles, version)
}

// OpenSSLLifecycle finds the release series of a version of OpenSSL, as
// ServerLifecycle does.
func OpenSSLLifecycle(version Version) (Lifecycle, bool) {
	return lookupLifecycle(opensslLifecycles, version)
}

func lookupLifecycle(table []Lifecycle, version Version) (Lifecycle, bool) {
	if version.IsZero() {
		return Lifecycle{}, false
	}
	for i := len(table) - 1; i >= 0; i-- {
		row := table[i]
		if row.Branch.Patch > 0 && row.Branch == (Version{Major: version.Major, Minor: version.Minor, Patch: version.Patch}) ||
			row.Branch.Patch == 0 && row.Branch == (Version{Major: version.Major, Minor: version.Minor}) {
			return row, true
		}
	}
	if oldest := table[0]; version.Before(oldest.Branch) {
		oldest.Branch = version.Branch()
		oldest.Released = ""
		return oldest, true
	}
	return Lifecycle{}, false
}

// Ended tells whether support has ended on a day written as 2006-01-02.
func (l Lifecycle) Ended(day string) bool { return l.EndOfLife != "" && day > l.EndOfLife }
