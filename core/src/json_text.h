// Records as JSON text, and JSON text as records: the column type json.
#ifndef FERRITE_SRC_JSON_TEXT_H_
#define FERRITE_SRC_JSON_TEXT_H_

#include <string>
#include <string_view>
#include <vector>

#include "ferrite/encoding.h"
#include "record_walk.h"

namespace ferrite::internal {

// Writes the value at the beginning of a checked record part. What JSON cannot
// say is bent to what is nearest (core/doc/plan.md, "json").
class JsonTextWriter {
 public:
  // True when the text says all: ParseJsonText gives the value back.
  // `shared` is what references refer to.
  bool Append(Bytes value, const SharedValues* shared, std::string* out);

 private:
  // These recurse as deep as a record is, so they keep few locals: WebAssembly
  // stacks are small. item_ is the head that was read last.
  void Next(Reader* reader, int depth);
  void Value(Reader* reader, int depth);
  void Members(Reader* reader, uint64_t count, int depth);
  void Items(Reader* reader, uint64_t count, int depth);
  void Pairs(Reader* reader, uint64_t count, int depth);
  void Instance(Reader* reader, int depth);
  void Known(Reader inside, const Item& instance, int depth);
  void Shareable(Reader* reader, int depth);
  void Reference(int depth);
  void RegExp(Reader* reader);
  void Date();
  void Double(double value);
  void Quote(std::string_view text);
  void Binary(Bytes bytes);
  void Null();  // for what has no JSON

  const SharedValues* shared_ = nullptr;
  std::string* out_ = nullptr;
  size_t begin_ = 0;
  bool exact_ = true;
  Item item_;
  const uint8_t* base_ = nullptr;     // where the current reader began
  std::vector<const uint8_t*> open_;  // shared values that are being written
};

// The bytes that an instance shows: a Blob's, a File's, a resizable
// ArrayBuffer's, or those of a view (["Uint8Array" …, buffer, offset, length]).
// `inside` stands behind the instance's head. False when it is none of them, or
// a view that does not lie within its buffer.
bool InstanceBytes(Reader inside, const Item& instance,
                   const SharedValues* shared, Bytes* bytes);

enum class JsonReading {
  kStrict,   // text that JsonTextWriter writes: escapes are no lone surrogates,
             // numbers are finite
  kLenient,  // whatever JSON.parse takes, WTF-8
};

// Writes the value of JSON text (RFC 8259). False when it is none.
bool ParseJsonText(std::string_view json, JsonReading reading, Writer* out);

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_JSON_TEXT_H_
