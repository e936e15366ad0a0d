// Encoded items for the tests, written in hexadecimal.
#ifndef FERRITE_TESTS_CORE_ENCODED_ITEMS_H_
#define FERRITE_TESTS_CORE_ENCODED_ITEMS_H_

#include <string>
#include <string_view>

#include "ferrite/encoding.h"
#include "tests/core/hex.h"

namespace ferrite {

// One of every kind, canonical.
inline constexpr const char* kEveryKind[] = {
    "f7",
    "f6",
    "f5",
    "1818",
    "3903e7",
    "fb3ff199999999999a",
    "f98000",
    "6449455446",
    "d901114461eda080",
    "420102",
    "c249010000000000000000",
    "c340",
    "c11a514b67b0",
    "d81b8264446174651b0008000000000000",
    "8301820203"
    "820405",
    "a26161016162820203",
    "d90103a1016161",
    "d9010282016161",
    "d9524a8261616167",
    "d8404101",
    "d85648000000000000f03f",
    "d81b83654172726179"
    "03a261300161"
    "3203",
    "d81b8364426c6f6260420102",
    "82d81ca1616101d81d00",
    "d81c81d81d00",
    "d81b826b556e737570706f7274656464426c6f62",
};

// Why the Reader refuses the item, or "none".
inline std::string ReasonAgainst(std::string_view hex) {
  const ByteBuffer bytes = FromHex(hex);
  Reader reader(bytes);
  Bytes whole;
  if (reader.Skip(&whole)) return "none";
  return reader.error().message;
}

}  // namespace ferrite

#endif  // FERRITE_TESTS_CORE_ENCODED_ITEMS_H_
