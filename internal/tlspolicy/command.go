package tlspolicy

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/agext/levenshtein"
)

// CommandProblem is why OpenSSL refuses a command of ssl_conf_command or
// SSLOpenSSLConfCmd.
type CommandProblem struct {
	// Start and End are the bytes of the value that are wrong; both are 0 if it is
	// the command's name.
	Start, End int
	Message    string
	// Suggestion is the word that was probably meant; empty if none is near.
	Suggestion string
}

// commandNames are the commands of configuration files, in any case. Groups
// and ciphers have grammars of their own, and rules. Source:
// SSL_CONF_cmd(3) of OpenSSL 3.0 to 3.6, each tried with nginx 1.22, 1.26 and 1.30.
var commandNames = strings.Fields(`CipherString Ciphersuites Certificate PrivateKey ChainCAFile ChainCAPath ChainCAStore
	VerifyCAFile VerifyCAPath VerifyCAStore RequestCAFile RequestCAPath RequestCAStore ClientCAFile ClientCAPath ClientCAStore
	ServerInfoFile DHParameters RecordPadding SignatureAlgorithms ClientSignatureAlgorithms Groups Curves ECDHParameters
	MinProtocol MaxProtocol Protocol Options VerifyMode NumTickets`)

// commandOptions are the words of the command Options, in any case.
var commandOptions = strings.Fields(`SessionTicket EmptyFragments Bugs Compression ECDHSingle DHSingle ServerPreference
	UnsafeLegacyRenegotiation UnsafeLegacyServerConnect ClientRenegotiation NoResumptionOnRenegotiation NoRenegotiation
	AllowNoDHEKEX PrioritizeChaCha MiddleboxCompat AntiReplay EncryptThenMac ExtendedMasterSecret CANames KTLS`)

// newerOptions are those that OpenSSL 3.0 refuses and 3.5 takes.
var newerOptions = strings.Fields(`PreferNoDHEKEX StrictCertCheck TxCertificateCompression RxCertificateCompression
	KTLSTxZerocopySendfile IgnoreUnexpectedEOF`)

// boundedProtocols are the values of MinProtocol and MaxProtocol, in this case;
// listedProtocols those of Protocol, in any.
var (
	boundedProtocols = strings.Fields("None SSLv3 TLSv1 TLSv1.1 TLSv1.2 TLSv1.3 DTLSv1 DTLSv1.2")
	listedProtocols  = strings.Fields("ALL SSLv2 SSLv3 TLSv1 TLSv1.1 TLSv1.2 TLSv1.3 DTLSv1 DTLSv1.2")
	verifyModes      = strings.Fields("Peer Request Require Once RequestPostHandshake RequirePostHandshake")
)

// CheckCommand says why OpenSSL refuses a command, if it does; nil for what it
// takes, and for values that only the machine can judge. openssl may be zero.
func CheckCommand(name, value string, openssl Version) *CommandProblem {
	switch {
	case !containsFold(commandNames, name):
		return &CommandProblem{Message: fmt.Sprintf("OpenSSL has no command %q", name), Suggestion: nearest(name, commandNames)}
	case strings.EqualFold(name, "Options"):
		return eachWord(value, func(word string) string {
			switch word = unsigned(word); {
			case containsFold(commandOptions, word):
				return ""
			case containsFold(newerOptions, word) && (openssl.IsZero() || !openssl.Before(Version{Major: 3, Minor: 1})):
				return ""
			case containsFold(newerOptions, word):
				return fmt.Sprintf("OpenSSL %s has no option %q, a later one does", openssl, word)
			}
			return fmt.Sprintf("OpenSSL has no option %q", word)
		}, commandOptions)
	case strings.EqualFold(name, "MinProtocol"), strings.EqualFold(name, "MaxProtocol"):
		if !slices.Contains(boundedProtocols, value) {
			return &CommandProblem{End: len(value), Message: fmt.Sprintf("%s takes one of %s, written like that, not %q", name, strings.Join(boundedProtocols, ", "), value), Suggestion: nearest(value, boundedProtocols)}
		}
	case strings.EqualFold(name, "Protocol"):
		return eachWord(value, func(word string) string {
			if containsFold(listedProtocols, unsigned(word)) {
				return ""
			}
			return fmt.Sprintf("OpenSSL knows no protocol %q", word)
		}, listedProtocols)
	case strings.EqualFold(name, "VerifyMode"):
		return eachWord(value, func(word string) string {
			if containsFold(verifyModes, word) {
				return ""
			}
			return fmt.Sprintf("OpenSSL has no mode of verification %q", word)
		}, verifyModes)
	case strings.EqualFold(name, "NumTickets"):
		if n, err := strconv.Atoi(value); err == nil && n < 0 {
			return &CommandProblem{End: len(value), Message: fmt.Sprintf("%s is no number of tickets", value)}
		}
	case strings.EqualFold(name, "RecordPadding"):
		return checkPadding(value, openssl)
	case strings.EqualFold(name, "SignatureAlgorithms"), strings.EqualFold(name, "ClientSignatureAlgorithms"):
		return checkSignatures(value, openssl)
	}
	return nil
}

// unsigned is a word without the "+" or "-" that turns it on or off.
func unsigned(word string) string {
	if word != "" && (word[0] == '+' || word[0] == '-') {
		return word[1:]
	}
	return word
}

func beginsWithDigit(text string) bool { return text != "" && text[0] >= '0' && text[0] <= '9' }

// checkPadding judges the sizes that records are padded to. OpenSSL 3.0 takes
// what is no number for 0; 3.5 refuses it, and takes a second one, for
// handshakes, after a comma. Letters behind a number do not matter.
func checkPadding(value string, openssl Version) *CommandProblem {
	newer := openssl.IsZero() || openssl.AtLeast(Version{Major: 3, Minor: 5})
	start := 0
	for i, part := range strings.Split(value, ",") {
		end := start + len(part)
		text := strings.TrimSpace(part)
		switch n, err := strconv.Atoi(text); {
		case i > 0 && !newer:
			return nil
		case err == nil && (n < 0 || n > 16384):
			return &CommandProblem{Start: start, End: end, Message: fmt.Sprintf("records cannot be padded to %d bytes: 0 to 16384", n)}
		case newer && !beginsWithDigit(unsigned(text)):
			return &CommandProblem{Start: start, End: max(end, 1), Message: fmt.Sprintf("%q is no number of bytes to pad records to", part)}
		}
		start = end + 1
	}
	return nil
}

// eachWord checks the words of a list with commas.
func eachWord(value string, check func(string) string, known []string) *CommandProblem {
	start := 0
	for word := range strings.SplitSeq(value, ",") {
		if message := check(strings.TrimSpace(word)); message != "" {
			return &CommandProblem{Start: start, End: start + len(word), Message: message, Suggestion: nearest(strings.TrimLeft(word, "+- "), known)}
		}
		start += len(word) + 1
	}
	return nil
}

func containsFold(words []string, word string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.EqualFold(w, word) })
}

// nearest is the word that a misspelt one most likely means; "" if none is near.
func nearest(word string, words []string) string {
	best, limit := "", 1+len(word)/4
	for _, w := range words {
		if d := levenshtein.Distance(strings.ToLower(word), strings.ToLower(w), nil); d > 0 && d <= limit {
			best, limit = w, d-1
		}
	}
	return best
}
