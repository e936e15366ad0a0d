// A record's key: any valid IndexedDB key (number, Date, string, binary, or an
// array of keys), in two forms.
//
//  - encoded: the record encoding, as it comes in a batch;
//  - sortable: bytes whose memcmp order is IndexedDB's key order (number <
//    Date < string < binary < array; strings by UTF-16 code unit), so that a
//    SQLite BLOB column sorts as the source does. Format: core/doc/
//    record-encoding.md, "Sortable keys".
#ifndef FERRITE_KEY_H_
#define FERRITE_KEY_H_

#include <string>

#include "ferrite/bytes.h"
#include "ferrite/encoding.h"
#include "ferrite/error.h"

namespace ferrite {

// Appends the sortable form of the encoded key. kRecordMalformed when the item
// is no valid key (NaN, an object, …).
Result<void> AppendSortableKey(Bytes encoded, ByteBuffer* out);

// Appends the encoded form of a sortable key.
Result<void> AppendEncodedKey(Bytes sortable, Writer* out);

// The key as a person reads it in reports and logs: 42, "abc",
// 2024-01-02T03:04:05.678Z, bytes(0a0b), [1, "x"]. Valid UTF-8, shortened to
// 200 characters.
std::string KeyText(Bytes encoded);

}  // namespace ferrite

#endif  // FERRITE_KEY_H_
