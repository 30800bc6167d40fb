package report

import (
	"encoding/xml"
	"io"
)

// checkstyle is the XML of the Java tool Checkstyle, which many servers for
// continuous integration read.
type checkstyle struct{}

type checkstyleReport struct {
	XMLName xml.Name          `xml:"checkstyle"`
	Version string            `xml:"version,attr"`
	Files   []*checkstyleFile `xml:"file"`
}

type checkstyleFile struct {
	Name   string            `xml:"name,attr"`
	Errors []checkstyleError `xml:"error"`
}

type checkstyleError struct {
	Line     int    `xml:"line,attr"`
	Column   int    `xml:"column,attr"`
	Severity string `xml:"severity,attr"`
	Message  string `xml:"message,attr"`
	Source   string `xml:"source,attr"`
}

// checkstyleVersion is that of the layout, not Padlock's: readers look at it.
const checkstyleVersion = "5.0"

func (checkstyle) Write(w io.Writer, r *Report) error {
	out := checkstyleReport{Version: checkstyleVersion}
	files := map[string]*checkstyleFile{}
	fileNamed := func(name string) *checkstyleFile {
		if files[name] == nil {
			files[name] = &checkstyleFile{Name: name}
			out.Files = append(out.Files, files[name])
		}
		return files[name]
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		start := f.Subject.StartPosition()
		file := fileNamed(printable(f.Subject.File.Name))
		file.Errors = append(file.Errors, checkstyleError{
			start.Line, start.Column, f.Severity.String(), printable(f.Message), "padlock." + f.Rule,
		})
	}
	for _, f := range r.Failures {
		file := fileNamed("(Padlock)")
		file.Errors = append(file.Errors, checkstyleError{1, 1, "error", printable(f.Error()), "padlock." + f.Rule.ID})
	}
	return writeXML(w, out)
}

// writeXML writes a document. Texts have gone through printable before: what is
// left of other characters XML can carry.
func writeXML(w io.Writer, document any) error {
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	encoder := xml.NewEncoder(w)
	encoder.Indent("", "  ")
	if err := encoder.Encode(document); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}
