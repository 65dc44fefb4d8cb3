package road

// Polyline encodes a line in the format of Google's encoded polylines, with five decimals of a degree.
func Polyline(line []Point) string {
	out := make([]byte, 0, 8*len(line))
	var lat, lon int32
	for _, p := range line {
		y, x := hundredths(p.Lat), hundredths(p.Lon)
		out = appendDifference(appendDifference(out, y-lat), x-lon)
		lat, lon = y, x
	}
	return string(out)
}

// hundredths of a coordinate, rounded to the nearest.
func hundredths(v int32) int32 {
	if v < 0 {
		return -((50 - v) / 100)
	}
	return (v + 50) / 100
}

// appendDifference appends five bits at a time, the lowest first, the sign last of all.
func appendDifference(out []byte, d int32) []byte {
	v := uint32(d) << 1
	if d < 0 {
		v = ^v
	}
	for ; v >= 0x20; v >>= 5 {
		out = append(out, byte(0x20|v&0x1f)+63)
	}
	return append(out, byte(v)+63)
}
