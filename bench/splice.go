package bench

import (
	"fmt"
	"strings"
)

// Splice replaces what stands in a document between the lines <!-- begin NAME --> and <!-- end NAME -->. All else is kept.
func Splice(document, name, text string) (string, error) {
	begin, end := "<!-- begin "+name+" -->\n", "<!-- end "+name+" -->"
	if strings.Count(document, begin) != 1 || strings.Count(document, end) != 1 {
		return "", fmt.Errorf("expected one line %q and one line %q", strings.TrimSpace(begin), end)
	}
	head, rest, _ := strings.Cut(document, begin)
	_, tail, found := strings.Cut(rest, end)
	if !found {
		return "", fmt.Errorf("%q stands before %q", end, strings.TrimSpace(begin))
	}
	return head + begin + "\n" + strings.TrimSpace(text) + "\n\n" + end + tail, nil
}
