#include "schema_compiler.h"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>

#include "json_pointer.h"
#include "schema_constant.h"
#include "schema_keyword.h"
#include "schema_links.h"
#include "schema_object_draft.h"
#include "schema_registry.h"
#include "suggest.h"

namespace ferrite::internal {
namespace {

using Type = SchemaJson::Type;

constexpr size_t kMaxNodes = 200000;

class Compiler {
 public:
  Result<SchemaProgram> Compile(const SchemaJson& root,
                                const std::string& path) {
    if (auto scanned = registry_.Scan(root, path); !scanned.ok()) {
      return scanned.error();
    }
    (void)Schema(root);
    // Schemas name each other by number, so that none waits for another.
    for (size_t done = 0; done < work_.size() && !failed_; ++done) {
      if (work_.size() > kMaxNodes) {
        (void)FailAt(path, "The schema has more than 200000 parts.",
                     "Use $ref for what comes often.");
        break;
      }
      Node(*work_[done], static_cast<uint32_t>(done));
    }
    if (!failed_) {
      if (const uint32_t loop = FindSchemaLoop(program_); loop != kNoSchema) {
        (void)FailAt(registry_.PlaceOf(work_[loop]).path,
                     "The schema refers to itself for the same value.",
                     "A $ref back must be below a keyword like properties or "
                     "items.");
      }
    }
    if (failed_) return error_;
    ShortenReferences(&program_);
    return std::move(program_);
  }

 private:
  bool FailAt(std::string path, std::string message, std::string hint) {
    if (!failed_) {
      error_ = {ErrorCode::kPlanInvalid, std::move(message), std::move(hint),
                std::move(path)};
    }
    failed_ = true;
    return false;
  }
  bool Fail(std::string_view keyword, const std::string& message,
            const std::string& hint) {
    std::string path = path_;
    AppendToken(keyword, &path);
    return FailAt(std::move(path), message, hint);
  }
  bool Expect(bool holds, std::string_view keyword, const SchemaJson& value,
              const char* what) {
    if (holds) return true;
    return Fail(keyword, std::string(keyword) + " is " + Describe(value) + ".",
                std::string("It must be ") + what + ".");
  }

  // The number of a schema; it is compiled later.
  uint32_t Schema(const SchemaJson& schema) {
    const auto [found, is_new] =
        numbers_.emplace(&schema, static_cast<uint32_t>(work_.size()));
    if (is_new) {
      work_.push_back(&schema);
      program_.nodes.emplace_back();
    }
    return found->second;
  }

  void Node(const SchemaJson& schema, uint32_t number) {
    path_ = registry_.PlaceOf(&schema).path;
    node_ = &program_.nodes[number];
    if (!schema.IsSchema()) {
      (void)FailAt(path_, "A schema is " + Describe(schema) + ".",
                   "It must be an object, true or false.");
      return;
    }
    if (schema.Is(Type::kFalse)) node_->types = 0;
    if (!schema.Is(Type::kObject)) return;
    schema_ = &schema;
    SchemaNode compiled;
    node_ = &compiled;
    for (size_t i = 0; i < schema.items.size(); ++i) {
      if (!Keyword(schema.names[i], schema.items[i])) return;
    }
    if (!Finish()) return;
    program_.nodes[number] = std::move(compiled);
  }

  template <typename Rules>
  static Rules& Get(std::unique_ptr<Rules>* rules) {
    if (*rules == nullptr) *rules = std::make_unique<Rules>();
    return **rules;
  }
  NumberRules& Numbers() { return Get(&node_->number); }
  StringRules& Strings() { return Get(&node_->string); }
  ArrayRules& Arrays() { return Get(&node_->array); }
  ObjectRules& Objects() { return Get(&node_->object); }
  InPlaceRules& InPlace() { return Get(&node_->in_place); }

  bool Keyword(const std::string& name, const SchemaJson& value) {
    const SchemaKeyword keyword = FindSchemaKeyword(name);
    switch (keyword) {
      case SchemaKeyword::kUnknown:
        return Fail(name,
                    "A schema has the unknown keyword " + Quoted(name) + ".",
                    SuggestHint(name, SchemaKeywordNames()));
      case SchemaKeyword::kUnsupported:
        return Fail(name, "The keyword " + name + " is not supported.",
                    UnsupportedHint(name));
      case SchemaKeyword::kAnnotation:
        return true;
      case SchemaKeyword::kDialect:
        return Dialect(value);
      case SchemaKeyword::kName:
        return Expect(value.Is(Type::kString), name, value, "a string");
      case SchemaKeyword::kDefinitions:
        return Each(name, value, [&](const std::string&, const SchemaJson& s) {
          (void)Schema(s);
          return true;
        });
      case SchemaKeyword::kRef:
        return Ref(value);
      case SchemaKeyword::kType:
        return Types(value);
      case SchemaKeyword::kEnum:
        return Expect(value.Is(Type::kArray), name, value, "an array") &&
               Values(name, value.items.data(), value.items.size());
      case SchemaKeyword::kConst:
        return Values(name, &value, 1);
      case SchemaKeyword::kMinimum:
        return Limit(name, value, false, &Numbers().least);
      case SchemaKeyword::kMaximum:
        return Limit(name, value, false, &Numbers().most);
      case SchemaKeyword::kExclusiveMinimum:
        return Limit(name, value, true, &Numbers().above);
      case SchemaKeyword::kExclusiveMaximum:
        return Limit(name, value, true, &Numbers().below);
      case SchemaKeyword::kMultipleOf:
        return MultipleOf(value);
      case SchemaKeyword::kMinLength:
        return Count(name, value, &Strings().least);
      case SchemaKeyword::kMaxLength:
        return Count(name, value, &Strings().most);
      case SchemaKeyword::kPattern: {
        SchemaPattern pattern;
        if (!Expect(value.Is(Type::kString), name, value, "a string") ||
            !Pattern(path_ + "/pattern", value.text, &pattern)) {
          return false;
        }
        Strings().patterns.push_back(std::move(pattern));
        return true;
      }
      case SchemaKeyword::kFormat:
        return Format(value);
      case SchemaKeyword::kMinItems:
        return Count(name, value, &Arrays().least);
      case SchemaKeyword::kMaxItems:
        return Count(name, value, &Arrays().most);
      case SchemaKeyword::kMinContains:
        return Count(name, value, &Arrays().least_contained);
      case SchemaKeyword::kMaxContains:
        return Count(name, value, &Arrays().most_contained);
      case SchemaKeyword::kUniqueItems:
        Arrays().unique = value.Is(Type::kTrue);
        return Expect(value.Is(Type::kTrue) || value.Is(Type::kFalse), name,
                      value, "true or false");
      case SchemaKeyword::kPrefixItems:
        return Schemas(name, value, &Arrays().prefix);
      case SchemaKeyword::kItems:
        // An array is the tuple of draft 7, which TypeBox writes.
        if (value.Is(Type::kArray)) {
          if (schema_->Find("prefixItems") != nullptr) {
            return Fail(name, "items is an array, next to prefixItems.",
                        "It must be a schema.");
          }
          return Schemas(name, value, &Arrays().prefix);
        }
        Arrays().items = Schema(value);
        return true;
      case SchemaKeyword::kAdditionalItems: {
        const SchemaJson* items = schema_->Find("items");
        if (items != nullptr && items->Is(Type::kArray)) {
          Arrays().items = Schema(value);
        }
        return true;
      }
      case SchemaKeyword::kContains:
        Arrays().contains = Schema(value);
        return true;
      case SchemaKeyword::kMinProperties:
        return Count(name, value, &Objects().least);
      case SchemaKeyword::kMaxProperties:
        return Count(name, value, &Objects().most);
      case SchemaKeyword::kRequired:
        return Names(name, value, [&](const std::string& property) {
          Slot(property).required = true;
        });
      case SchemaKeyword::kProperties:
        return Each(name, value,
                    [&](const std::string& property, const SchemaJson& s) {
                      const uint32_t number = Schema(s);
                      ObjectRules::Slot& slot = Slot(property);
                      slot.schema = number;
                      slot.declared = true;
                      return true;
                    });
      case SchemaKeyword::kPatternProperties:
        return Each(
            name, value, [&](const std::string& text, const SchemaJson& s) {
              SchemaPattern pattern;
              std::string path = path_ + "/patternProperties";
              AppendToken(text, &path);
              if (!Pattern(path, text, &pattern)) return false;
              Objects().patterns.emplace_back(std::move(pattern), Schema(s));
              return true;
            });
      case SchemaKeyword::kAdditionalProperties:
        Objects().additional = Schema(value);
        return true;
      case SchemaKeyword::kPropertyNames:
        Objects().names = Schema(value);
        return true;
      case SchemaKeyword::kDependentRequired:
      case SchemaKeyword::kDependentSchemas:
      case SchemaKeyword::kDependencies:
        return Dependencies(keyword, name, value);
      case SchemaKeyword::kAllOf:
        return Schemas(name, value, &InPlace().all);
      case SchemaKeyword::kAnyOf:
        return Schemas(name, value, &InPlace().any);
      case SchemaKeyword::kOneOf:
        return Schemas(name, value, &InPlace().one);
      case SchemaKeyword::kNot:
        InPlace().none = Schema(value);
        return true;
      case SchemaKeyword::kIf:
        InPlace().condition = Schema(value);
        return true;
      case SchemaKeyword::kThen:
        InPlace().then = Schema(value);
        return true;
      case SchemaKeyword::kElse:
        InPlace().otherwise = Schema(value);
        return true;
    }
    return true;
  }

  bool Dialect(const SchemaJson& value) {
    std::string_view uri = value.text;
    if (uri.ends_with('#')) uri.remove_suffix(1);
    const bool known = value.Is(Type::kString) &&
                       (uri == "https://json-schema.org/draft/2020-12/schema" ||
                        uri == "http://json-schema.org/draft-07/schema");
    return known ||
           Fail("$schema", "$schema is " + Describe(value) + ".",
                "It must be \"https://json-schema.org/draft/2020-12/schema\", "
                "or that of draft 7.");
  }

  bool Ref(const SchemaJson& value) {
    if (!Expect(value.Is(Type::kString), "$ref", value, "a string")) {
      return false;
    }
    const SchemaJson* target = registry_.Find(schema_, value.text);
    if (target == nullptr) {
      return Fail("$ref",
                  "$ref refers to " + Quoted(value.text) +
                      ", which is not in this schema.",
                  "Put what it refers to into $defs; nothing is fetched.");
    }
    InPlace().all.push_back(Schema(*target));
    return true;
  }

  bool Types(const SchemaJson& value) {
    const bool list = value.Is(Type::kArray);
    if (!Expect(list || value.Is(Type::kString), "type", value,
                "a type's name, or an array of them")) {
      return false;
    }
    const SchemaJson* names = list ? value.items.data() : &value;
    const size_t count = list ? value.items.size() : 1;
    node_->types = 0;
    for (size_t i = 0; i < count; ++i) {
      const uint8_t types =
          names[i].Is(Type::kString) ? SchemaTypesOf(names[i].text) : 0;
      if (types == 0) {
        std::string path = path_ + "/type";
        if (list) path += "/" + std::to_string(i);
        return FailAt(std::move(path), "A type is " + Describe(names[i]) + ".",
                      TypeHint(names[i].text));
      }
      node_->types |= types;
    }
    return true;
  }

  bool FailTooLarge(std::string_view keyword) {
    return Fail(keyword,
                std::string(keyword) + " has a number that is too large.",
                "A fraction must fit a double, a whole number has at most "
                "400 digits.");
  }

  bool Values(std::string_view keyword, const SchemaJson* values,
              size_t count) {
    auto rules = MakeValues(values, count);
    if (rules == nullptr) return FailTooLarge(keyword);
    if (node_->values == nullptr) {
      node_->values = std::move(rules);
      return true;
    }
    // const next to enum: both must hold, so one is a schema of its own.
    InPlace().all.push_back(static_cast<uint32_t>(work_.size()));
    extra_.push_back(std::make_unique<SchemaJson>());
    extra_.back()->type = Type::kTrue;
    work_.push_back(extra_.back().get());
    registry_.Add(extra_.back().get(), schema_);
    program_.nodes.emplace_back();
    program_.nodes.back().values = std::move(rules);
    return true;
  }

  bool Limit(const std::string& name, const SchemaJson& value, bool exclusive,
             std::optional<NumberLimit>* out) {
    if (!Expect(value.Is(Type::kNumber), name, value, "a number")) return false;
    std::optional<SchemaConstant> constant = MakeConstant(value);
    if (!constant) return FailTooLarge(name);
    out->emplace();
    (*out)->constant = std::move(*constant);
    (*out)->exclusive = exclusive;
    // The item views the constant, so it is read where that stays.
    Reader reader((*out)->constant.encoded);
    (void)reader.Next(&(*out)->item);
    return true;
  }

  bool MultipleOf(const SchemaJson& value) {
    if (!Expect(value.Is(Type::kNumber), "multipleOf", value, "a number")) {
      return false;
    }
    Numbers().divisor = ReadDivisor(value);
    Numbers().divisor_text = value.text;
    return Expect(Numbers().divisor.has_value(), "multipleOf", value,
                  "more than 0, at most 10^18, with at most 19 digits");
  }

  bool Count(const std::string& name, const SchemaJson& value,
             uint64_t* count) {
    const std::optional<uint64_t> read = ReadCount(value);
    *count = read.value_or(0);
    return Expect(read.has_value(), name, value, "a whole number from 0 on");
  }

  bool Pattern(const std::string& path, const std::string& text,
               SchemaPattern* out) {
    const auto [found, is_new] =
        regexes_.emplace(text, static_cast<uint32_t>(program_.regexes.size()));
    if (is_new) {
      std::string reason;
      auto regex = Regex::Compile(text, &reason);
      if (regex == nullptr) {
        return FailAt(path, "The pattern " + Quoted(text) + " " + reason + ".",
                      "core/doc/schema.md says what patterns can have.");
      }
      program_.regexes.push_back(std::move(regex));
    }
    *out = {found->second, text};
    return true;
  }

  bool Format(const SchemaJson& value) {
    if (!Expect(value.Is(Type::kString), "format", value, "a string")) {
      return false;
    }
    const SchemaFormat* format = FindSchemaFormat(value.text);
    if (format == nullptr) {
      return Fail("format",
                  "The format " + Quoted(value.text) + " is not known.",
                  SuggestHint(value.text, SchemaFormatNames()));
    }
    const SchemaJson* own = schema_->Find("pattern");
    if (!format->pattern.empty() && own != nullptr &&
        own->text == format->pattern) {
      return true;  // it says the same, or more
    }
    StringRules& rules = Strings();
    if (format->check != nullptr) {
      rules.format = format;
    } else if (!format->pattern.empty()) {
      SchemaPattern pattern;
      if (!Pattern(path_ + "/format", std::string(format->pattern), &pattern)) {
        return false;
      }
      rules.patterns.push_back(std::move(pattern));
    } else if (own == nullptr && schema_->Find("allOf") == nullptr) {
      return Fail("format",
                  "The format " + Quoted(value.text) +
                      " says nothing without a pattern.",
                  "Write the pattern next to it.");
    }
    return true;
  }

  bool Schemas(const std::string& name, const SchemaJson& value,
               std::vector<uint32_t>* out) {
    if (!Expect(value.Is(Type::kArray), name, value, "an array of schemas")) {
      return false;
    }
    for (const SchemaJson& item : value.items) out->push_back(Schema(item));
    return true;
  }

  template <typename Take>
  bool Each(const std::string& name, const SchemaJson& value, Take take) {
    if (!Expect(value.Is(Type::kObject), name, value, "an object")) {
      return false;
    }
    for (size_t i = 0; i < value.items.size(); ++i) {
      if (!take(value.names[i], value.items[i])) return false;
    }
    return true;
  }

  template <typename Take>
  bool Names(const std::string& name, const SchemaJson& value, Take take) {
    if (!Expect(value.Is(Type::kArray), name, value, "an array of names")) {
      return false;
    }
    for (const SchemaJson& item : value.items) {
      if (!Expect(item.Is(Type::kString), name, item, "an array of names")) {
        return false;
      }
      take(item.text);
    }
    return true;
  }

  bool Dependencies(SchemaKeyword keyword, const std::string& name,
                    const SchemaJson& value) {
    return Each(
        name, value, [&](const std::string& property, const SchemaJson& needs) {
          const bool names = keyword == SchemaKeyword::kDependentRequired ||
                             (keyword == SchemaKeyword::kDependencies &&
                              needs.Is(Type::kArray));
          SchemaObjectDraft::Dependency dependency{property, {}, kNoSchema};
          if (!names) {
            dependency.schema = Schema(needs);
          } else if (!Names(name, needs, [&](const std::string& other) {
                       dependency.names.push_back(other);
                     })) {
            return false;
          }
          object_.Depend(&Objects(), std::move(dependency));
          return true;
        });
  }

  ObjectRules::Slot& Slot(const std::string& name) {
    return object_.Slot(&Objects(), name);
  }

  // What is known only when all keywords were seen.
  bool Finish() {
    if (node_->object != nullptr) {
      program_.guesses += object_.Finish(node_->object.get(), program_.guesses);
    }
    if (node_->string != nullptr) {
      StringRules& rules = *node_->string;
      rules.takes_dates =
          rules.patterns.empty() && rules.least <= 24 && rules.most >= 24 &&
          (rules.format == nullptr || rules.format->name == "date-time");
    }
    return true;
  }

  SchemaRegistry registry_;
  SchemaProgram program_;
  std::vector<const SchemaJson*> work_;  // by number
  std::unordered_map<const SchemaJson*, uint32_t> numbers_;
  std::unordered_map<std::string, uint32_t> regexes_;
  std::vector<std::unique_ptr<SchemaJson>> extra_;
  bool failed_ = false;
  Error error_;

  // Of the schema that is being compiled:
  const SchemaJson* schema_ = nullptr;
  SchemaNode* node_ = nullptr;
  std::string path_;
  SchemaObjectDraft object_;
};

}  // namespace

Result<SchemaProgram> CompileSchema(const SchemaJson& schema,
                                    const std::string& path) {
  return Compiler().Compile(schema, path);
}

}  // namespace ferrite::internal
