package wire

import (
	"fmt"
	"strings"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	calloutv1 "callout/api/callout/v1"
)

// maxFaults is how many faults are kept; of the rest only the number is.
const maxFaults = 100

// maxDetail bounds the faults in a status, in bytes. Clients built on gRPC's C core refuse metadata beyond 8 KiB, and a status
// is sent as metadata in base 64.
const maxDetail = 4096

// Fault is one thing wrong with a request.
type Fault struct {
	Path    string // such as "problem.jobs[3].windows[0].end"; never empty
	Code    string // one of the constants of this package
	Message string
	subject string // of an UnknownHandle: the handle
	omitted int    // of the closing fault: how many are not listed
}

// Faults of a request. Where there are more than a hundred, the last one has the code MoreFaults and stands for the rest.
type Faults []Fault //nolint:errname // a list of what is wrong, and an error only when it is returned as one

// Error lists the first few faults.
func (f Faults) Error() string {
	const shown = 5
	var b strings.Builder
	fmt.Fprintf(&b, "%d faults in the request", f.Count())
	if f.Count() == 1 {
		b.Reset()
		b.WriteString("a fault in the request")
	}
	for k := range min(shown, len(f)) {
		sep := "; "
		if k == 0 {
			sep = ": "
		}
		fmt.Fprintf(&b, "%s%s: %s (%s)", sep, f[k].Path, f[k].Message, f[k].Code)
	}
	if len(f) > shown {
		b.WriteString("; …")
	}
	return b.String()
}

// Err is nil where there are no faults. It keeps an empty list from becoming an error that is not nil.
func (f Faults) Err() error {
	if len(f) == 0 {
		return nil
	}
	return f
}

// Omitted is how many faults are not listed.
func (f Faults) Omitted() int {
	if len(f) == 0 {
		return 0
	}
	return f[len(f)-1].omitted
}

// Count is how many faults there are, listed or not.
func (f Faults) Count() int {
	return len(f.listed()) + f.Omitted()
}

// listed are the faults without the closing one.
func (f Faults) listed() []Fault {
	if f.Omitted() > 0 {
		return f[:len(f)-1]
	}
	return f
}

// Join puts the faults of several parts of a request together.
func Join(parts ...Faults) Faults {
	var all []Fault
	omitted := 0
	for _, p := range parts {
		all = append(all, p.listed()...)
		omitted += p.Omitted()
	}
	if len(all) > maxFaults {
		omitted += len(all) - maxFaults
		all = all[:maxFaults]
	}
	return closed(all, omitted)
}

// closed adds the fault that stands for those omitted.
func closed(listed []Fault, omitted int) Faults {
	if omitted == 0 {
		return listed
	}
	return append(listed, Fault{
		Path: listed[len(listed)-1].Path, Code: MoreFaults, Message: fmt.Sprintf("%d more faults", omitted), omitted: omitted,
	})
}

// ToStatus is nil where there are no faults, and otherwise the error to answer with: INVALID_ARGUMENT with a
// google.rpc.BadRequest that lists as many faults as fit the metadata of an answer. Where nothing is wrong but that handles are
// not known, it is FAILED_PRECONDITION.
func (f Faults) ToStatus() error {
	if len(f) == 0 {
		return nil
	}
	if f.onlyHandles() {
		return f.precondition()
	}
	detail := new(errdetails.BadRequest)
	for k, size := 0, 0; k < len(f); k++ {
		v := &errdetails.BadRequest_FieldViolation{Field: f[k].Path, Reason: f[k].Code, Description: f[k].Message}
		if size += proto.Size(v); k > 0 && size > maxDetail {
			left := f.Count() - k
			v = &errdetails.BadRequest_FieldViolation{
				Field: f[k].Path, Reason: MoreFaults, Description: fmt.Sprintf("%d more faults; Validate lists them", left),
			}
			detail.FieldViolations = append(detail.FieldViolations, v)
			break
		}
		detail.FieldViolations = append(detail.FieldViolations, v)
	}
	st := status.New(codes.InvalidArgument, clip(f.Error(), 1024))
	if with, err := st.WithDetails(detail); err == nil {
		st = with
	}
	return st.Err()
}

// ToProto is the answer of Validate: the faults listed, and how many more there are.
func (f Faults) ToProto() ([]*calloutv1.Fault, int32) {
	var out []*calloutv1.Fault
	for _, x := range f.listed() {
		out = append(out, &calloutv1.Fault{Field: x.Path, Code: x.Code, Message: x.Message})
	}
	return out, int32(f.Omitted())
}

// clip cuts a string to at most n bytes, between characters.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n-len("…")], "") + "…"
}
