"""Plain readers of what the command writes, and a writer of what it reads: NumPy's
.npy, TFRecord, and the wire format of tf.train.Example."""

import ast
import array
import struct

_DTYPES = {"<i4": "i", "<i8": "q", "<u2": "H"}


def read_npy(content):
    """(dtype, shape, values) of a version 1.0 file."""
    magic, major, minor, size = struct.unpack_from("<6sBBH", content)
    assert (magic, major, minor) == (b"\x93NUMPY", 1, 0), content[:8]
    assert (10 + size) % 64 == 0, "the values are not aligned"
    header = ast.literal_eval(content[10:10 + size].decode("ascii"))
    assert sorted(header) == ["descr", "fortran_order", "shape"], header
    assert header["fortran_order"] is False
    values = array.array(_DTYPES[header["descr"]], content[10 + size:])
    count = 1
    for length in header["shape"]:
        count *= length
    assert count == len(values), (header, len(values))
    return header["descr"], header["shape"], values.tolist()


def _make_crc_table():
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
        table.append(byte)
    return table


_CRC_TABLE = _make_crc_table()


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = _CRC_TABLE[(crc ^ byte) & 255] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


def masked_crc32c(data):
    crc = crc32c(data)
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def read_tfrecords(content):
    """The payloads of a file, checksums checked."""
    payloads = []
    at = 0
    while at < len(content):
        length, length_crc = struct.unpack_from("<QI", content, at)
        assert masked_crc32c(content[at:at + 8]) == length_crc, f"length at byte {at}"
        payload = content[at + 12:at + 12 + length]
        (payload_crc,) = struct.unpack_from("<I", content, at + 12 + length)
        assert masked_crc32c(payload) == payload_crc, f"payload at byte {at}"
        payloads.append(payload)
        at += 12 + length + 4
    return payloads


def make_tfrecord(payload):
    length = struct.pack("<Q", len(payload))
    return (length + struct.pack("<I", masked_crc32c(length)) + payload +
            struct.pack("<I", masked_crc32c(payload)))


def _read_varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 127) << shift
        at += 1
        shift += 7
        if byte < 128:
            return value, at


def _fields(data):
    """(field number, bytes) of a message that holds only length-delimited fields."""
    at = 0
    while at < len(data):
        tag, at = _read_varint(data, at)
        assert tag & 7 == 2, f"wire type {tag & 7}"
        size, at = _read_varint(data, at)
        assert at + size <= len(data)
        yield tag >> 3, data[at:at + size]
        at += size


def _read_feature(data):
    ((kind, content),) = _fields(data)
    values = []
    for number, value in _fields(content):
        assert number == 1
        if kind == 1:
            values.append(value)
            continue
        assert kind == 3
        at = 0
        while at < len(value):
            integer, at = _read_varint(value, at)
            values.append(integer - (1 << 64) if integer >> 63 else integer)
    return values


def read_example(payload):
    """The features of a tf.train.Example by name: lists of bytes or integers."""
    features = {}
    ((number, content),) = _fields(payload)
    assert number == 1
    for number, entry in _fields(content):
        assert number == 1
        parts = dict(_fields(entry))
        name = parts[1].decode("ascii")
        assert name not in features
        features[name] = _read_feature(parts[2])
    return features


def _message(number, content):
    size = len(content)
    varint = bytearray()
    while size >= 128:
        varint.append(size & 127 | 128)
        size >>= 7
    varint.append(size)
    return bytes([number << 3 | 2]) + bytes(varint) + content


def make_text_example(text):
    """A tf.train.Example with one bytes feature, `text`."""
    feature = _message(1, _message(1, text))
    entry = _message(1, b"text") + _message(2, feature)
    return _message(1, _message(1, entry))
