using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json.Nodes;
using LiftPlus.Backbones;
using LiftPlus.Layers;
using LiftPlus.Models;

namespace LiftPlus.Tests.Models;

/// <summary>Walks the settings of every architecture: each belongs to the identity of a backbone.</summary>
public sealed class BackboneIdentityTests
{
    private static readonly BackboneConfig[] s_families =
    [
        .. KnownBackbones
            .All.GroupBy(config => (config.Image.GetType(), config.Text is null))
            .Select(group => group.First())
            .Append(KnownBackbones.All.First(config => config.Image is VisionTransformerConfig { Rotary: not null }))
            .DistinctBy(config => config.Name),
    ];

    // The name is for people: the same backbone can have two.
    private static readonly string[] s_ignored = [nameof(BackboneConfig.Name)];

    public static TheoryData<string, string, string> Settings
    {
        get
        {
            var rows = new TheoryData<string, string, string>();
            foreach (BackboneConfig family in s_families)
            {
                foreach ((string part, object settings) in Parts(family))
                {
                    foreach (PropertyInfo setting in Writable(settings.GetType()).Where(setting => setting.GetValue(settings) is not null))
                        rows.Add(family.Name, part, setting.Name);
                }
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void EverySettingIsCompared_AndNamedWithBothValues(string family, string part, string setting)
    {
        BackboneConfig config = s_families.First(known => known.Name == family),
            changed = Change(config, part, setting);
        BackboneIdentity saved = BackboneIdentity.From(config, "0");
        string[] differences = [.. saved.Differences(BackboneIdentity.From(changed, "0"), "in the file")];
        string path = part.Length == 0 ? $"Backbone.{setting}" : $"Backbone.{part}.{setting}";
        Assert.Contains(differences, line =>
            line.StartsWith(path, StringComparison.Ordinal) && line.Contains(" in the file, ") && line.EndsWith(" now")
        );
        Assert.Empty(saved.Differences(BackboneIdentity.From(config, "0"), "in the file"));
    }

    [Fact]
    public void EveryArchitectureIsInTheWalk()
    {
        Type[] known = [.. typeof(ImageEncoderConfig).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(ImageEncoderConfig)))];
        Assert.Equal(
            known.OrderBy(type => type.Name),
            s_families.Select(family => family.Image.GetType()).Distinct().OrderBy(type => type.Name)
        );
        Assert.Contains(s_families, family => family.Text is not null);
    }

    [Fact]
    public void AnOlderFile_IsComparedByWhatItHas()
    {
        BackboneConfig config = KnownBackbones.ClipViTB16;
        BackboneIdentity now = BackboneIdentity.From(config, "0"),
            older = new(config.Name, "0", Activation.Gelu, config.Preprocess);
        Assert.Equal("Backbone.Activation: \"Gelu\" in the file, \"QuickGelu\" now", Assert.Single(older.Differences(now, "in the file")));
        Assert.Contains("Backbone.Image.Heads", older.Unknown(now));
        Assert.Contains("Backbone.Text.LayerNormEps", older.Unknown(now));
        Assert.Empty(now.Unknown(now));
    }

    // A file can be edited by hand.
    [Fact]
    public void NamesThatMeetInOnePath_AreCompared()
    {
        JsonObject twice = new()
        {
            ["a.b"] = 1,
            ["a"] = new JsonObject { ["b"] = 2 },
        };
        Assert.Equal("2", Assert.Single(JsonLeaves.Of(twice)).Value);
    }

    private static IEnumerable<(string Part, object Settings)> Parts(BackboneConfig config)
    {
        yield return ("", config);
        yield return (nameof(config.Image), config.Image);
        yield return (nameof(config.Preprocess), config.Preprocess);
        if (config.Text is not null)
            yield return (nameof(config.Text), config.Text);
    }

    private static IEnumerable<PropertyInfo> Writable(Type type) =>
        type.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .Where(property => property.CanWrite && !s_ignored.Contains(property.Name))
            .Where(property => property.PropertyType is var kind && kind != typeof(ImageEncoderConfig) && kind != typeof(PreprocessConfig))
            .Where(property => property.PropertyType != typeof(TextTransformerConfig)); // separate parts

    private static BackboneConfig Change(BackboneConfig config, string part, string setting)
    {
        BackboneConfig copy = Copy(config);
        object target = copy;
        if (part.Length > 0)
        {
            PropertyInfo place = typeof(BackboneConfig).GetProperty(part)!;
            target = Copy(place.GetValue(config)!);
            place.SetValue(copy, target);
        }

        PropertyInfo property = Writable(target.GetType()).Single(property => property.Name == setting);
        property.SetValue(target, Another(property.GetValue(target)));
        return copy;
    }

    private static T Copy<T>(T record)
        where T : notnull => (T)record.GetType().GetMethod("<Clone>$")!.Invoke(record, null)!;

    // A setting of a new type joins here.
    private static object Another(object? value) =>
        value switch
        {
            int number => number + 1,
            double number => number * 2,
            bool flag => !flag,
            Activation activation => activation == Activation.Gelu ? Activation.QuickGelu : Activation.Gelu,
            Enum choice => Enum.GetValues(choice.GetType()).Cast<object>().First(other => !other.Equals(choice)),
            RotaryKind rotary => rotary with { Base = rotary.Base * 2 },
            ImmutableArray<int> widths => widths.SetItem(1, widths[1] + 1),
            ResNetDepths depths => depths with { Stage3 = depths.Stage3 + 1 },
            ImmutableArray<float> channels => channels.SetItem(1, channels[1] / 2),
            _ => throw new InvalidOperationException($"There is no other value than {value} yet."),
        };
}
