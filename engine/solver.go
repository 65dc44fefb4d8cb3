package engine

import (
	"context"

	"callout/solver/model"
	"callout/solver/pieces"
	"callout/solver/route"
	"callout/solver/search"
)

// solver searches for plans of one problem.
type solver func(context.Context, search.Options) (*search.Result, error)

// newSolver prepares the search of a problem whose travel is there: as a whole or, where its travel is wide, piece by piece.
func newSolver(ctx context.Context, p *model.Problem) (solver, error) {
	if p.Wide() {
		return func(ctx context.Context, o search.Options) (*search.Result, error) {
			return pieces.Solve(ctx, p, pieces.Options{Options: o})
		}, nil
	}
	in, err := route.CompileContext(ctx, p)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, o search.Options) (*search.Result, error) { return search.Solve(ctx, in, o) }, nil
}
