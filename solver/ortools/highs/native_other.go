//go:build !cgo || !(linux || darwin)

package highs

import (
	"context"

	"callout/solver/ortools"
)

// Available says why HiGHS cannot be used by this build.
func Available() error {
	_, err := ortools.Open(ortools.HiGHS)
	return err
}

// instance cannot be made by this build; so nothing below is ever called.
type instance struct{}

func create() (*instance, error) { return nil, Available() }

func (*instance) reset() error                                      { return errLibrary }
func (*instance) set(string, any) error                             { return errLibrary }
func (*instance) pass(*Model, bool) error                           { return errLibrary }
func (*instance) addColumns(_, _, _ []float64, _ matrix) error      { return errLibrary }
func (*instance) addRow(_, _ float64, _ []int32, _ []float64) error { return errLibrary }
func (*instance) setCost(int, float64) error                        { return errLibrary }
func (*instance) setBounds(int, float64, float64) error             { return errLibrary }
func (*instance) setRowBounds(int, float64, float64) error          { return errLibrary }
func (*instance) setStart([]float64) error                          { return errLibrary }
func (*instance) run(context.Context, *receiver) (int, error)       { return 0, errLibrary }
func (*instance) solution(_, _, _, _ []float64) error               { return errLibrary }
func (*instance) number(string) float64                             { return 0 }
func (*instance) count(string) int64                                { return 0 }
