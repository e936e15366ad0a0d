#include "source_sample.h"

#include "json_text.h"

namespace ferrite::internal {

void LayoutSample::Add(Bytes key, Bytes value, Writer* parsed) {
  Item text;
  Reader reader(value);
  parsed->Clear();
  ++entries;
  are_objects =
      are_objects && reader.Next(&text) && text.kind == Kind::kString &&
      AsText(text.bytes).starts_with('{') &&
      ParseJsonText(AsText(text.bytes), JsonReading::kLenient, parsed);
  if (!are_objects) return;
  keys.Add(key);
  records.Add(parsed->bytes());
  // Mapping it would fail where a column asks for such a name.
  if (records.has_twice()) are_objects = false;
}

}  // namespace ferrite::internal
