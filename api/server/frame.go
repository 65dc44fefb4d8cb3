package server

import (
	"slices"

	"google.golang.org/grpc"
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/encoding/proto"
	"google.golang.org/grpc/mem"
)

// frame is a message that has been received and not been decoded.
type frame []byte

// frames is the codec of protobuf, but for frames, which get the bytes.
type frames struct{ encoding.CodecV2 }

func newFrames() frames { return frames{encoding.GetCodecV2(proto.Name)} }

// Unmarshal decodes a message, unless a frame is asked for.
func (c frames) Unmarshal(data mem.BufferSlice, v any) error {
	if f, ok := v.(*frame); ok {
		*f = data.Materialize()
		return nil
	}
	return c.CodecV2.Unmarshal(data, v)
}

// streamed returns a service whose unary methods are served as streams of one message each way, which on the wire are the same. gRPC
// reads and decodes the message of a unary method before anybody can say that there is no room for it; that of a stream is read when
// the handler asks for it.
func streamed(desc grpc.ServiceDesc) *grpc.ServiceDesc {
	for _, m := range desc.Methods {
		desc.Streams = append(slices.Clip(desc.Streams), grpc.StreamDesc{
			StreamName: m.MethodName, ServerStreams: true, // what has neither kind of stream passes the interceptors by
			Handler: func(srv any, stream grpc.ServerStream) error {
				out, err := m.Handler(srv, stream.Context(), stream.RecvMsg, nil)
				if err != nil {
					return err
				}
				return stream.SendMsg(out)
			},
		})
	}
	desc.Methods = nil
	return &desc
}
