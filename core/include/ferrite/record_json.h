// Records as JSON, for people who look at one or write one by hand.
//
// JSON carries a record of null, booleans, finite numbers, well-formed text,
// arrays and plain objects. Any other one (a Date, a BigInt, bytes, a Map …) is
// {"$cbor": "its bytes in the record encoding, as base64"}, which is read back
// as it is.
#ifndef FERRITE_RECORD_JSON_H_
#define FERRITE_RECORD_JSON_H_

#include <string>
#include <string_view>

#include "ferrite/bytes.h"
#include "ferrite/error.h"

namespace ferrite {

// Says all of the record: RecordFromJson gives the same content back.
std::string RecordToJson(Bytes record);

// The record as the column type json shows it, whether that says all or not;
// empty when its bytes are no record.
std::string RecordShown(Bytes record);

// kInvalidArgument when it is no JSON, or its $cbor not one encoded item.
Result<ByteBuffer> RecordFromJson(std::string_view json);

}  // namespace ferrite

#endif  // FERRITE_RECORD_JSON_H_
