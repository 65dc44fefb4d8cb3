package cpsat

import (
	"errors"
	"maps"
	"math"
	"slices"

	"google.golang.org/protobuf/encoding/protowire"
)

type fieldNumber = protowire.Number

// Field numbers of ortools/sat/cp_model.proto and sat_parameters.proto, version 9.15. Messages are named where the numbers repeat.
const (
	fieldModelVariables   fieldNumber = 2 // CpModelProto
	fieldModelConstraints fieldNumber = 3
	fieldModelObjective   fieldNumber = 4
	fieldModelHint        fieldNumber = 6

	fieldDomain fieldNumber = 2 // IntegerVariableProto

	fieldEnforcement fieldNumber = 2 // ConstraintProto: the condition, then its kinds.
	fieldBoolOr      fieldNumber = 3
	fieldBoolAnd     fieldNumber = 4
	fieldProduct     fieldNumber = 11
	fieldLinear      fieldNumber = 12
	fieldCircuit     fieldNumber = 15
	fieldInterval    fieldNumber = 19
	fieldNoOverlap   fieldNumber = 20
	fieldCumulative  fieldNumber = 22
	fieldAtMostOne   fieldNumber = 26
	fieldExactlyOne  fieldNumber = 29

	fieldLiterals fieldNumber = 1 // BoolArgumentProto

	fieldVars         fieldNumber = 1 // LinearConstraintProto, LinearExpressionProto
	fieldCoeffs       fieldNumber = 2
	fieldLinearDomain fieldNumber = 3
	fieldOffset       fieldNumber = 3

	fieldTarget  fieldNumber = 1 // LinearArgumentProto
	fieldFactors fieldNumber = 2

	fieldStart fieldNumber = 4 // IntervalConstraintProto
	fieldEnd   fieldNumber = 5
	fieldSize  fieldNumber = 6

	fieldNoOverlapIntervals  fieldNumber = 1
	fieldCapacity            fieldNumber = 1 // CumulativeConstraintProto
	fieldCumulativeIntervals fieldNumber = 2
	fieldDemands             fieldNumber = 3

	fieldTails           fieldNumber = 3 // CircuitConstraintProto
	fieldHeads           fieldNumber = 4
	fieldCircuitLiterals fieldNumber = 5

	fieldObjectiveVars    fieldNumber = 1 // CpObjectiveProto
	fieldObjectiveOffset  fieldNumber = 2
	fieldObjectiveScaling fieldNumber = 3
	fieldObjectiveCoeffs  fieldNumber = 4

	fieldHintVars   fieldNumber = 1 // PartialVariableAssignment
	fieldHintValues fieldNumber = 2

	fieldSeed               fieldNumber = 31 // SatParameters
	fieldTimeLimit          fieldNumber = 36
	fieldLogProgress        fieldNumber = 41
	fieldDeterministicLimit fieldNumber = 67
	fieldLinearization      fieldNumber = 90
	fieldFirstSolution      fieldNumber = 98
	fieldCatchSIGINT        fieldNumber = 135
	fieldRelativeGap        fieldNumber = 160
	fieldLogToStdout        fieldNumber = 186
	fieldWorkers            fieldNumber = 206

	fieldStatus            fieldNumber = 1 // CpSolverResponse
	fieldSolution          fieldNumber = 2
	fieldObjectiveBound    fieldNumber = 4
	fieldDeterministicTime fieldNumber = 17
	fieldSolutionInfo      fieldNumber = 20
)

func appendMessage(b []byte, field fieldNumber, content []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(b, field, protowire.BytesType), content)
}

func appendInt(b []byte, field fieldNumber, x int64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(b, field, protowire.VarintType), uint64(x))
}

func appendBool(b []byte, field fieldNumber, x bool) []byte {
	return appendInt(b, field, int64(protowire.EncodeBool(x)))
}

func appendDouble(b []byte, field fieldNumber, x float64) []byte {
	return protowire.AppendFixed64(protowire.AppendTag(b, field, protowire.Fixed64Type), math.Float64bits(x))
}

// appendPacked writes a repeated integer of any width: negative numbers take ten bytes in int32 fields too.
func appendPacked[T ~int32 | ~int64](b []byte, field fieldNumber, xs []T) []byte {
	if len(xs) == 0 {
		return b
	}
	size := 0
	for _, x := range xs {
		size += protowire.SizeVarint(uint64(int64(x)))
	}
	b = protowire.AppendVarint(protowire.AppendTag(b, field, protowire.BytesType), uint64(size))
	for _, x := range xs {
		b = protowire.AppendVarint(b, uint64(int64(x)))
	}
	return b
}

func appendVariable(b []byte, lo, hi int64) []byte {
	return appendMessage(b, fieldModelVariables, appendPacked(nil, fieldDomain, []int64{lo, hi}))
}

func appendLits(b []byte, field fieldNumber, lits []Lit) []byte { return appendPacked(b, field, lits) }

func appendIntervals(b []byte, field fieldNumber, intervals []Interval) []byte {
	return appendPacked(b, field, intervals)
}

func appendTerms(b []byte, terms []term, vars, coeffs fieldNumber) []byte {
	v, c := make([]Var, len(terms)), make([]int64, len(terms))
	for k, t := range terms {
		v[k], c[k] = t.v, t.coef
	}
	return appendPacked(appendPacked(b, vars, v), coeffs, c)
}

func appendLinear(b []byte, terms []term, lo, hi int64) []byte {
	return appendPacked(appendTerms(b, terms, fieldVars, fieldCoeffs), fieldLinearDomain, []int64{lo, hi})
}

func appendExpr(b []byte, field fieldNumber, terms []term, offset int64) []byte {
	return appendMessage(b, field, appendInt(appendTerms(nil, terms, fieldVars, fieldCoeffs), fieldOffset, offset))
}

func appendCircuit(b []byte, tails, heads []int32, lits []Lit) []byte {
	b = appendPacked(b, fieldTails, tails)
	b = appendPacked(b, fieldHeads, heads)
	return appendPacked(b, fieldCircuitLiterals, lits)
}

func appendConstraint(b []byte, onlyIf []Lit, kind fieldNumber, content []byte) []byte {
	c := appendLits(make([]byte, 0, len(content)+10*len(onlyIf)+16), fieldEnforcement, onlyIf)
	return appendMessage(b, fieldModelConstraints, appendMessage(c, kind, content))
}

// appendObjective writes what to minimise; the scaling by -1 turns it back.
func appendObjective(b []byte, e Expr, sense int64) []byte {
	terms := slices.Clone(e.terms)
	for k := range terms {
		terms[k].coef *= sense
	}
	b = appendTerms(b, terms, fieldObjectiveVars, fieldObjectiveCoeffs)
	b = appendDouble(b, fieldObjectiveOffset, float64(sense*e.offset))
	return appendDouble(b, fieldObjectiveScaling, float64(sense))
}

// encode returns the CpModelProto.
func (m *Model) encode() []byte {
	b := make([]byte, 0, len(m.variables)+len(m.constraints)+12*len(m.objective.terms)+12*len(m.hints)+64)
	b = append(append(b, m.variables...), m.constraints...)
	if m.sense != 0 {
		b = appendMessage(b, fieldModelObjective, appendObjective(nil, m.objective, m.sense))
	}
	if len(m.hints) > 0 {
		vars := slices.Sorted(maps.Keys(m.hints))
		values := make([]int64, len(vars))
		for k, v := range vars {
			values[k] = m.hints[v]
		}
		hint := appendPacked(appendPacked(nil, fieldHintVars, vars), fieldHintValues, values)
		b = appendMessage(b, fieldModelHint, hint)
	}
	return b
}

// encode returns the SatParameters. SIGINT stays the process's own, and nothing is printed.
func (o Options) encode() []byte {
	b := appendInt(nil, fieldWorkers, int64(max(o.Workers, 1)))
	b = appendInt(b, fieldSeed, int64(o.Seed))
	b = appendBool(b, fieldCatchSIGINT, false)
	b = appendBool(b, fieldLogProgress, false)
	b = appendBool(b, fieldLogToStdout, false)
	if o.TimeLimit > 0 {
		b = appendDouble(b, fieldTimeLimit, o.TimeLimit.Seconds())
	}
	if o.DeterministicLimit > 0 {
		b = appendDouble(b, fieldDeterministicLimit, o.DeterministicLimit)
	}
	if o.RelativeGap > 0 {
		b = appendDouble(b, fieldRelativeGap, o.RelativeGap)
	}
	if o.Linearization > 0 {
		b = appendInt(b, fieldLinearization, int64(o.Linearization))
	}
	if o.FirstSolution {
		b = appendBool(b, fieldFirstSolution, true)
	}
	return b
}

var errResponse = errors.New("cpsat: the solver's answer cannot be read")

// decode reads a CpSolverResponse; info is the solver's remark, which tells why a model is invalid.
func decode(b []byte) (r *Result, info string, err error) {
	r = &Result{}
	for len(b) > 0 {
		field, kind, n := protowire.ConsumeTag(b)
		if n < 0 {
			return nil, "", errResponse
		}
		b = b[n:]
		size := protowire.ConsumeFieldValue(field, kind, b)
		if size < 0 {
			return nil, "", errResponse
		}
		if err := r.set(field, kind, b[:size], &info); err != nil {
			return nil, "", err
		}
		b = b[size:]
	}
	return r, info, nil
}

func (r *Result) set(field fieldNumber, kind protowire.Type, value []byte, info *string) error {
	double := func() float64 {
		x, _ := protowire.ConsumeFixed64(value)
		return math.Float64frombits(x)
	}
	switch {
	case field == fieldStatus && kind == protowire.VarintType:
		x, _ := protowire.ConsumeVarint(value)
		r.Status = Status(x)
	case field == fieldObjectiveBound && kind == protowire.Fixed64Type:
		r.Bound = double()
	case field == fieldDeterministicTime && kind == protowire.Fixed64Type:
		r.DeterministicTime = double()
	case field == fieldSolutionInfo && kind == protowire.BytesType:
		x, _ := protowire.ConsumeBytes(value)
		*info = string(x)
	case field == fieldSolution && kind == protowire.BytesType:
		packed, _ := protowire.ConsumeBytes(value)
		for len(packed) > 0 {
			x, n := protowire.ConsumeVarint(packed)
			if n < 0 {
				return errResponse
			}
			r.values = append(r.values, int64(x))
			packed = packed[n:]
		}
	}
	return nil
}
