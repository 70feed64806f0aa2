using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Xml.Linq;
using LiftPlus.Recipe;

namespace LiftPlus.Tests.Recipe;

/// <summary>Describes recipes and the settings of applications as a JSON schema, with the summaries of the documentation.</summary>
internal sealed class SettingsSchema
{
    private readonly ComponentRegistry _components = RecipeJson.BuiltIn();
    private readonly JsonSerializerOptions _json;
    private readonly Dictionary<string, string> _summaries;

    public SettingsSchema()
    {
        _json = RecipeJson.Options(_components);
        _summaries = Directory
            .GetFiles(AppContext.BaseDirectory, "LiftPlus*.xml")
            .SelectMany(file => XDocument.Load(file).Descendants("member"))
            .Where(member => member.Element("summary") is not null)
            .GroupBy(member => member.Attribute("name")!.Value)
            .ToDictionary(group => group.Key, group => Text(group.First().Element("summary")!));
    }

    public JsonObject Create()
    {
        JsonObject recipe = Describe(typeof(FineTuningRecipe)),
            classifier = Describe(typeof(ImageClassifierOptions)),
            tuner = recipe.DeepClone().AsObject();
        JsonObject beside = Describe(typeof(LongTailFineTunerOptions))["properties"]!.AsObject();
        foreach ((string name, JsonNode? setting) in beside)
        {
            if (name is not (nameof(LongTailFineTunerOptions.Recipe) or nameof(LongTailFineTunerOptions.Configure)))
                tuner["properties"]![name] = setting!.DeepClone();
        }

        tuner["properties"]!.AsObject().Remove("$schema");
        return new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "LiftPlus",
            ["$ref"] = "#/$defs/recipe",
            ["$defs"] = new JsonObject
            {
                ["recipe"] = recipe,
                ["fineTuner"] = tuner,
                ["imageClassifier"] = classifier,
            },
        };
    }

    private JsonObject Describe(Type type)
    {
        JsonObject schema = Export(type);
        if (type == typeof(FineTuningRecipe))
            schema["properties"]!.AsObject().Insert(0, "Preset", new JsonObject { ["enum"] = Array(Presets.All.Keys) });
        return schema;
    }

    private JsonObject Export(Type type) =>
        _json
            .GetJsonSchemaAsNode(
                type,
                new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Complete }
            )
            .AsObject();

    private JsonNode Complete(JsonSchemaExporterContext context, JsonNode node)
    {
        Type type = context.TypeInfo.Type;
        if (ComponentRegistry.IsKind(type))
            node = AnyOf(type);
        else if (type == typeof(LayerSelection))
            node = new JsonObject
            {
                ["type"] = Array(["string", "array"]),
                ["items"] = new JsonObject { ["type"] = "integer" },
            };
        else if (type == typeof(double))
            node = new JsonObject { ["type"] = "number" };
        else if (type == typeof(double?))
            node = new JsonObject { ["type"] = Array(["number", "null"]) };
        if (node is not JsonObject schema)
            return node;
        if (type.IsConstructedGenericType && type.GenericTypeArguments is [var item] && ComponentRegistry.IsKind(item))
            schema["items"] = AnyOf(item); // the exporter knows nothing of items with a converter
        if (schema.ContainsKey("properties"))
        {
            schema["additionalProperties"] = false;
            schema.Remove("required"); // what is left out has its default
        }

        if (context.PropertyInfo?.AttributeProvider is PropertyInfo property)
            Annotate(schema, property);
        return schema;
    }

    private JsonObject AnyOf(Type kind) =>
        new() { ["anyOf"] = new JsonArray([.. _components.Names(kind).Select(name => Component(kind, name))]) };

    private JsonObject Component(Type kind, string name)
    {
        Assert.True(_components.TryFind(kind, name, out Type? options));
        JsonObject schema = Export(options);
        JsonObject properties = schema["properties"]!.AsObject();
        foreach (
            string computed in properties.Select(entry => entry.Key).Where(key => options.GetProperty(key)?.CanWrite != true).ToArray()
        )
            properties.Remove(computed);
        properties.Insert(0, nameof(ComponentOptions.Type), new JsonObject { ["const"] = name });
        schema["required"] = Array([nameof(ComponentOptions.Type)]);
        schema["description"] = _summaries.GetValueOrDefault($"T:{options.FullName}");
        return schema;
    }

    private void Annotate(JsonObject schema, PropertyInfo property)
    {
        for (Type? owner = property.DeclaringType; owner is not null && !schema.ContainsKey("description"); owner = owner.BaseType)
        {
            if (_summaries.TryGetValue($"P:{owner.FullName}.{property.Name}", out string? summary))
                schema["description"] = WithoutVerb(summary);
        }

        if (property.GetCustomAttribute<RangeAttribute>() is { OperandType: var operand } range && operand != typeof(TimeSpan))
        {
            schema[range.MinimumIsExclusive ? "exclusiveMinimum" : "minimum"] = JsonSerializer.SerializeToNode(range.Minimum);
            schema[range.MaximumIsExclusive ? "exclusiveMaximum" : "maximum"] = JsonSerializer.SerializeToNode(range.Maximum);
        }

        Type type = property.ReflectedType == typeof(ClassifierServingOptions) ? typeof(ImageClassifierOptions) : property.ReflectedType!;
        if (!type.IsAbstract && type.GetConstructor([]) is not null)
            schema["default"] = JsonSerializer.SerializeToNode(
                property.GetValue(Activator.CreateInstance(type)),
                property.PropertyType,
                _json
            );
    }

    // "Gets the number of epochs." reads better without the verb in a file.
    private static string WithoutVerb(string summary)
    {
        string verb = summary.StartsWith("Gets or sets ", StringComparison.Ordinal) ? "Gets or sets " : "Gets ";
        return summary.StartsWith(verb, StringComparison.Ordinal)
            ? char.ToUpperInvariant(summary[verb.Length]) + summary[(verb.Length + 1)..]
            : summary;
    }

    private static JsonArray Array(IEnumerable<string> values) => [.. values.Select(value => (JsonNode)value)];

    // References in a summary are given by their last name.
    private static string Text(XElement summary) =>
        string.Join(
            ' ',
            string.Concat(summary.Nodes().Select(node => node is XElement element ? Name(element) : node.ToString()))
                .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
        );

    private static string Name(XElement element) =>
        element.Attribute("cref")?.Value.Split('(')[0].Split('.')[^1] ?? element.Attribute("name")?.Value ?? element.Value;
}
