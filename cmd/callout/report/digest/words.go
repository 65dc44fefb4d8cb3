package digest

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	calloutv1 "callout/api/callout/v1"
)

// Clock is a time of day.
func Clock(t time.Time, zone *time.Location) string { return t.In(zone).Format("15:04") }

// Duration in hours and minutes, as people say it; below a minute in seconds.
func Duration(d time.Duration) string {
	if d > 0 && d < time.Minute {
		return fmt.Sprintf("%d s", int(d.Round(time.Second).Seconds()))
	}
	m := int(d.Round(time.Minute).Minutes())
	if m < 60 {
		return fmt.Sprintf("%d min", m)
	}
	return fmt.Sprintf("%d h %02d", m/60, m%60)
}

// Distance in kilometres.
func Distance(metres float64) string {
	if metres < 99_950 {
		return fmt.Sprintf("%.1f km", metres/1000)
	}
	return group(math.Round(metres/1000), 0) + " km"
}

var symbols = map[string]string{"EUR": "€", "USD": "$", "GBP": "£"}

// Money in a currency; large amounts without cents.
func Money(amount float64, currency string) string {
	if math.Abs(amount) >= 1000 {
		return money(amount, currency, 0)
	}
	return money(amount, currency, 2)
}

// Amount is money for columns, where all have cents.
func Amount(amount float64, currency string) string { return money(amount, currency, 2) }

func money(amount float64, currency string, decimals int) string {
	sign := ""
	if amount < 0 {
		sign, amount = "−", -amount
	}
	if s := symbols[currency]; s != "" {
		return sign + s + group(amount, decimals)
	}
	return strings.TrimSpace(currency + " " + sign + group(amount, decimals))
}

// Count groups thousands.
func Count(n int64) string { return group(float64(n), 0) }

func group(x float64, decimals int) string {
	text := strconv.FormatFloat(x, 'f', decimals, 64)
	whole, rest, _ := strings.Cut(text, ".")
	for k := len(whole) - 3; k > 0 && whole[k-1] != '-'; k -= 3 {
		whole = whole[:k] + "," + whole[k:]
	}
	if rest != "" {
		whole += "." + rest
	}
	return whole
}

// Plural is a count with its noun.
func Plural(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}

// TermName says what a term prices.
func TermName(t calloutv1.Term) string {
	name, ok := termNames[t]
	if !ok {
		return "Term " + strconv.Itoa(int(t))
	}
	return name
}

var termNames = map[calloutv1.Term]string{
	calloutv1.Term_TERM_TRAVEL:        "Driving time",
	calloutv1.Term_TERM_DISTANCE:      "Distance",
	calloutv1.Term_TERM_WORKING_TIME:  "Working time",
	calloutv1.Term_TERM_OVERTIME:      "Overtime",
	calloutv1.Term_TERM_FIXED:         "Shifts used",
	calloutv1.Term_TERM_LATENESS:      "Early or late",
	calloutv1.Term_TERM_RESPONSE_TIME: "Response time",
	calloutv1.Term_TERM_SKILL_SURPLUS: "Overqualified",
	calloutv1.Term_TERM_RATING:        "Ratings",
	calloutv1.Term_TERM_PREFERENCE:    "Technician wishes",
	calloutv1.Term_TERM_BALANCE:       "Uneven work",
	calloutv1.Term_TERM_PARTS:         "Parts and pick-ups",
	calloutv1.Term_TERM_UNASSIGNED:    "Jobs left out",
	calloutv1.Term_TERM_PLAN_CHANGE:   "Plan changes",
	calloutv1.Term_TERM_RISK:          "Risk of failures",
}
