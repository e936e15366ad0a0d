#include "schema_view.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "ferrite/key.h"
#include "json_text.h"
#include "malformed.h"
#include "nesting.h"
#include "text_forms.h"

namespace ferrite::internal {
namespace {

void MakeNull(Item* item) {
  *item = Item();
  item->kind = Kind::kNull;
}

void MakeString(std::string_view text, Item* item) {
  *item = Item();
  item->kind = Kind::kString;
  item->bytes = AsBytes(text);
}

void MakeBytes(Bytes bytes, Item* item) {
  if (bytes.empty()) return MakeString("", item);
  *item = Item();
  item->kind = Kind::kBytes;
  item->bytes = bytes;
  item->count = (bytes.size() + 2) / 3 * 4;
}

}  // namespace

void SchemaView::Begin(Bytes record) {
  record_ = record;
  base_ = record.data();
  listed_ = false;
  open_.clear();
}

bool SchemaView::Fail(Error error) {
  error_ = std::move(error);
  return false;
}

bool SchemaView::Open(Item* item, Reader* reader, Reader* elsewhere,
                      std::string* text, Opened* opened) {
  *opened = {reader, open_.size(), base_};
  while (!IsPlain(*item)) {
    Reader* const from = opened->contents;
    switch (item->kind) {
      case Kind::kWtf8:
        *text = WellFormed(AsText(item->bytes));
        MakeString(*text, item);
        break;
      case Kind::kBytes:
      case Kind::kTypedArray:
        MakeBytes(item->bytes, item);
        break;
      case Kind::kDate: {
        if (std::isnan(item->number)) {
          MakeNull(item);
          break;
        }
        Writer date;
        date.Date(item->number);
        *text = KeyText(date.bytes());
        MakeString(*text, item);
        break;
      }
      case Kind::kSet:
        item->kind = Kind::kArray;
        break;
      case Kind::kRegExp:
        if (!OpenRegExp(item, from, text)) return false;
        break;
      case Kind::kInstance:
        if (!OpenInstance(item, from)) return false;
        break;
      case Kind::kShareable:
        if (open_.size() >= kMaxDepth) {
          return Fail(Malformed(from->offset(), "something nested too deep"));
        }
        open_.push_back(base_ + from->offset());
        if (!from->Next(item)) return Fail(from->error());
        break;
      case Kind::kReference:
        if (!OpenReference(item, elsewhere)) return false;
        opened->contents = elsewhere;
        break;
      default:  // undefined, NaN, infinite
        MakeNull(item);
    }
  }
  return true;
}

void SchemaView::Close(const Opened& opened) {
  open_.resize(opened.shared);
  base_ = opened.base;
}

bool SchemaView::Listed() {
  if (listed_) return true;
  Reader reader(record_);
  walk_.Begin(record_, &shared_);
  if (walk_.Whole(&reader, 0) != Walked::kOk) return Fail(walk_.error());
  listed_ = true;
  return true;
}

bool SchemaView::OpenReference(Item* item, Reader* elsewhere) {
  if (!Listed()) return false;
  const Bytes target = shared_[item->count];
  const bool inside_itself =
      std::find(open_.begin(), open_.end(), target.data()) != open_.end();
  if (inside_itself) {
    MakeNull(item);
    *elsewhere = Reader(Bytes());
    return true;
  }
  base_ = target.data();
  open_.push_back(base_);
  *elsewhere = Reader(target);
  return elsewhere->Next(item) || Fail(elsewhere->error());
}

bool SchemaView::OpenRegExp(Item* item, Reader* reader, std::string* text) {
  *text = "/";
  for (int i = 0; i < 2; ++i) {
    if (!reader->Next(item)) return Fail(reader->error());
    *text += WellFormed(AsText(item->bytes));
    if (i == 0) *text += '/';
  }
  MakeString(*text, item);
  return true;
}

bool SchemaView::OpenInstance(Item* item, Reader* reader) {
  const std::string_view name = AsText(item->bytes);
  if (name == kUnsupportedName) {
    // What cannot be carried is told with its type and path by the walk.
    return Listed() && Fail(reader->error());
  }
  const Item instance = *item;
  Bytes bytes;
  // A view may lie in a shared buffer.
  if (name != "Error" && name != "Array" && !Listed()) return false;
  if (InstanceBytes(*reader, instance, &shared_, &bytes)) {
    MakeBytes(bytes, item);
  } else if (instance.count == 2 && name == "Array") {
    Bytes length;
    return (reader->Skip(&length) && reader->Next(item)) ||
           Fail(reader->error());
  } else if (instance.count == 1 &&
             (name == "Error" || name == "Boolean" || name == "Number" ||
              name == "String" || name == "BigInt")) {
    return reader->Next(item) || Fail(reader->error());
  } else {
    MakeNull(item);
  }
  return Pass(instance, reader);
}

bool SchemaView::Pass(const Item& item, Reader* reader) {
  const bool is_object = item.kind == Kind::kObject;
  Bytes passed;
  Item name;
  for (uint64_t left = ChildCount(item); left > 0; --left) {
    if (!is_object || left % 2 != 0) {
      if (!reader->Pass(&passed)) return Fail(reader->error());
      continue;
    }
    if (!reader->Next(&name)) return Fail(reader->error());
    if (!IsString(name.kind)) {
      return Fail(
          Malformed(reader->offset(), "a property name that is no string"));
    }
  }
  return true;
}

std::string_view TextOf(const Item& item, std::string* text) {
  if (item.kind == Kind::kString) return AsText(item.bytes);
  text->clear();
  AppendBase64(item.bytes, text);
  return *text;
}

}  // namespace ferrite::internal
