#include "json_text.h"

#include <algorithm>
#include <cmath>

#include "ferrite/key.h"
#include "text_forms.h"

namespace ferrite::internal {
namespace {

// References are followed until the text is this long: a small record can
// refer to itself so often that its text would fill any memory.
constexpr size_t kMaxExpanded = 1 << 20;
constexpr char kHex[] = "0123456789abcdef";

}  // namespace

bool JsonTextWriter::Append(Bytes value, const SharedValues* shared,
                            std::string* out) {
  shared_ = shared;
  out_ = out;
  begin_ = out->size();
  exact_ = true;
  base_ = value.data();
  open_.assign(1, base_);
  Reader reader(value);
  Next(&reader, 0);
  return exact_;
}

void JsonTextWriter::Null() {
  *out_ += "null";
  exact_ = false;
}

void JsonTextWriter::Next(Reader* reader, int depth) {
  if (!reader->Next(&item_)) return Null();
  Value(reader, depth);
}

void JsonTextWriter::Value(Reader* reader, int depth) {
  switch (item_.kind) {
    case Kind::kNull:
      *out_ += "null";
      return;
    case Kind::kBool:
      *out_ += item_.boolean ? "true" : "false";
      return;
    case Kind::kInteger:
      return AppendInteger(item_.integer, out_);
    case Kind::kDouble:
      return Double(item_.number);
    case Kind::kString:
      return Quote(AsText(item_.bytes));
    case Kind::kObject:
      return Members(reader, item_.count, depth + 1);
    case Kind::kArray:
      return Items(reader, item_.count, depth + 1);
    default:
      break;
  }
  exact_ = false;
  switch (item_.kind) {
    case Kind::kWtf8:
      return Quote(WellFormed(AsText(item_.bytes)));
    case Kind::kBytes:
    case Kind::kTypedArray:
      return Binary(item_.bytes);
    case Kind::kBigInt: {
      *out_ += '"';
      AppendBigInt(item_, out_);
      *out_ += '"';
      return;
    }
    case Kind::kDate:
      return Date();
    case Kind::kMap:
      return Pairs(reader, item_.count, depth + 1);
    case Kind::kSet:
      return Items(reader, item_.count, depth + 1);
    case Kind::kRegExp:
      return RegExp(reader);
    case Kind::kInstance:
      return Instance(reader, depth);
    case Kind::kShareable:
      return Shareable(reader, depth);
    case Kind::kReference:
      return Reference(depth);
    default:
      return Null();
  }
}

// A property that is undefined is left out, as JSON.stringify does.
void JsonTextWriter::Members(Reader* reader, uint64_t count, int depth) {
  out_->push_back('{');
  bool first = true;
  for (; count > 0; --count) {
    if (!reader->Next(&item_)) break;
    const Bytes name = item_.bytes;
    const bool lossy = item_.kind != Kind::kString;
    if (!reader->Next(&item_)) break;
    if (lossy || item_.kind == Kind::kUndefined) exact_ = false;
    if (item_.kind == Kind::kUndefined) continue;
    if (!first) out_->push_back(',');
    first = false;
    if (lossy) {
      Quote(WellFormed(AsText(name)));
    } else {
      Quote(AsText(name));
    }
    out_->push_back(':');
    Value(reader, depth);
  }
  out_->push_back('}');
}

void JsonTextWriter::Items(Reader* reader, uint64_t count, int depth) {
  out_->push_back('[');
  for (uint64_t i = 0; i < count; ++i) {
    if (i > 0) out_->push_back(',');
    Next(reader, depth);
  }
  out_->push_back(']');
}

void JsonTextWriter::Pairs(Reader* reader, uint64_t count, int depth) {
  out_->push_back('[');
  for (uint64_t i = 0; i < count; ++i) {
    *out_ += i > 0 ? ",[" : "[";
    Next(reader, depth);
    out_->push_back(',');
    Next(reader, depth);
    out_->push_back(']');
  }
  out_->push_back(']');
}

void JsonTextWriter::Instance(Reader* reader, int depth) {
  const uint64_t count = item_.count;
  Known(*reader, item_, depth);
  Bytes skipped;
  for (uint64_t i = 0; i < count; ++i) {
    if (!reader->Skip(&skipped)) return;
  }
}

void JsonTextWriter::Known(Reader inside, const Item& instance, int depth) {
  const std::string_view name = AsText(instance.bytes);
  Bytes bytes;
  if (InstanceBytes(inside, instance, shared_, &bytes)) return Binary(bytes);
  if (name == "Array" && instance.count == 2) {
    if (inside.Next(&item_)) return Next(&inside, depth + 1);  // the entries
  } else if (instance.count == 1 &&
             (name == "Error" || name == "Boolean" || name == "Number" ||
              name == "String" || name == "BigInt")) {
    return Next(&inside, depth + 1);
  }
  Null();
}

void JsonTextWriter::Shareable(Reader* reader, int depth) {
  open_.push_back(base_ + reader->offset());
  Next(reader, depth + 1);
  open_.pop_back();
}

void JsonTextWriter::Reference(int depth) {
  if (shared_ == nullptr || item_.count >= shared_->size() ||
      depth >= kMaxDepth || out_->size() - begin_ > kMaxExpanded) {
    return Null();
  }
  const Bytes target = (*shared_)[item_.count];
  if (std::find(open_.begin(), open_.end(), target.data()) != open_.end()) {
    return Null();
  }
  const uint8_t* base = base_;
  base_ = target.data();
  open_.push_back(base_);
  Reader reader(target);
  Next(&reader, depth + 1);
  open_.pop_back();
  base_ = base;
}

void JsonTextWriter::RegExp(Reader* reader) {
  std::string text = "/";
  if (reader->Next(&item_)) text += WellFormed(AsText(item_.bytes));
  text += '/';
  if (reader->Next(&item_)) text += WellFormed(AsText(item_.bytes));
  Quote(text);
}

void JsonTextWriter::Date() {
  if (std::isnan(item_.number)) return Null();
  Writer date;
  date.Date(item_.number);
  Quote(KeyText(date.bytes()));
}

void JsonTextWriter::Double(double value) {
  if (!std::isfinite(value)) return Null();
  if (value == std::trunc(value)) exact_ = false;  // -0, or beyond 2^53
  if (value == 0) {
    out_->push_back('0');
  } else {
    AppendDouble(value, out_);
  }
}

void JsonTextWriter::Quote(std::string_view text) {
  out_->push_back('"');
  size_t done = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<uint8_t>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    out_->append(text, done, i - done);
    done = i + 1;
    constexpr std::string_view kShort = "\"\\\b\f\n\r\t";
    constexpr std::string_view kNames = "\"\\bfnrt";
    out_->push_back('\\');
    if (const size_t at = kShort.find(text[i]); at != std::string_view::npos) {
      out_->push_back(kNames[at]);
    } else {
      *out_ += "u00";
      out_->push_back(kHex[c >> 4]);
      out_->push_back(kHex[c & 15]);
    }
  }
  out_->append(text, done);
  out_->push_back('"');
}

void JsonTextWriter::Binary(Bytes bytes) {
  out_->push_back('"');
  AppendBase64(bytes, out_);
  out_->push_back('"');
}

}  // namespace ferrite::internal
