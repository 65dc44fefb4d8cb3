package digest

// way decodes an encoded polyline: per coordinate five bits at a time, the lowest first, the sign last of all. What is cut off is
// left out.
func way(encoded string) (out []Place) {
	var at [2]int32 // latitude, longitude in 1e-5 degrees
	axis, shift, value := 0, 0, uint32(0)
	for _, c := range []byte(encoded) {
		c -= 63
		value |= uint32(c&0x1f) << shift
		shift += 5
		if c&0x20 != 0 && shift < 30 {
			continue
		}
		d := int32(value >> 1)
		if value&1 != 0 {
			d = ^d
		}
		at[axis] += d
		if axis == 1 {
			out = append(out, Place{Lat: float64(at[0]) / 1e5, Lon: float64(at[1]) / 1e5, Known: true})
		}
		axis, shift, value = 1-axis, 0, 0
	}
	return out
}
