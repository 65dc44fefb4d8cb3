package wire

import (
	"fmt"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// ErrorDomain is the domain of a google.rpc.ErrorInfo.
const ErrorDomain = "callout.v1"

// maxSubject is how much of a handle is repeated, in bytes: more than any handle that was ever given out has.
const maxSubject = 96

// UnknownHandleFault says that nothing is held under the handle in a field.
func UnknownHandleFault(field, handle string) Faults {
	r := newReader(Limits{}, "")
	r.unknownHandle(field, handle)
	return r.done()
}

// onlyHandles tells whether the request would be good if its handles were known.
func (f Faults) onlyHandles() bool {
	for k := range f {
		if f[k].Code != UnknownHandle {
			return false
		}
	}
	return true
}

// precondition is the answer to a request with handles that are not known: FAILED_PRECONDITION with a google.rpc.PreconditionFailure
// that has each handle as a subject, and a google.rpc.ErrorInfo that names the first.
func (f Faults) precondition() error {
	detail := new(errdetails.PreconditionFailure)
	for k := range f {
		detail.Violations = append(detail.Violations, &errdetails.PreconditionFailure_Violation{
			Type: UnknownHandle, Subject: clip(f[k].subject, maxSubject), Description: f[k].Path + ": " + f[k].Message,
		})
	}
	st := status.New(codes.FailedPrecondition, fmt.Sprintf("%s: %s", f[0].Path, f[0].Message))
	with, err := st.WithDetails(detail, &errdetails.ErrorInfo{
		Reason: UnknownHandle, Domain: ErrorDomain, Metadata: map[string]string{"handle": clip(f[0].subject, maxSubject), "field": f[0].Path},
	})
	if err == nil {
		st = with
	}
	return st.Err()
}
