using System.Collections;
using System.Collections.Immutable;
using System.Reflection;
using LiftPlus.Classifiers;
using LiftPlus.Data;
using LiftPlus.Losses;
using LiftPlus.Optimization;
using LiftPlus.Recipe;

namespace LiftPlus.Tests.Recipe;

public sealed class RecipeJsonTests
{
    public static TheoryData<string> ComponentNames => [.. BuiltInComponents.All.Select(options => options.GetType().Name)];

    [Theory]
    [MemberData(nameof(ComponentNames))]
    public void EveryOptionOfAComponent_ComesBackFromJson(string name)
    {
        object component = Changed(BuiltInComponents.All.Single(options => options.GetType().Name == name));
        var recipe = new FineTuningRecipe();
        FineTuningRecipe read = RecipeJson.Read(
            RecipeJson.Write(
                component switch
                {
                    PeftOptions peft => recipe with { Peft = [peft] },
                    ClassifierOptions classifier => recipe with { Classifier = classifier },
                    LossOptions loss => recipe with { Loss = loss },
                    OptimizerOptions optimizer => recipe with { Training = recipe.Training with { Optimizer = optimizer } },
                    SamplerOptions sampler => recipe with { Sampler = sampler },
                    AugmentationOptions augmentation => recipe with { Augmentation = augmentation },
                    _ => throw new InvalidOperationException(name),
                }
            )
        );
        AssertSame(
            component,
            component switch
            {
                PeftOptions => Assert.Single(read.Peft),
                ClassifierOptions => read.Classifier,
                LossOptions => read.Loss,
                SamplerOptions => read.Sampler,
                AugmentationOptions => read.Augmentation,
                _ => read.Training.Optimizer,
            }
        );
    }

    [Fact]
    public void EveryOptionOfTheRecipe_ComesBackFromJson()
    {
        FineTuningRecipe recipe = (FineTuningRecipe)Changed(new FineTuningRecipe()) with { PromptTemplates = ["{} one", "two {}"] };
        AssertSame(recipe, RecipeJson.Read(RecipeJson.Write(recipe)));
    }

    [Fact]
    public void WhatIsLeftOut_KeepsItsDefault() => AssertSame(new FineTuningRecipe(), RecipeJson.Read("{}"));

    // The same record with every option away from its default.
    [Fact]
    public void OldSpellings_AreRead()
    {
        FineTuningRecipe read = RecipeJson.Read(
            """
            {
              "Training": { "Validate": false },
              "Classifier": { "Type": "text" },
              "Peft": [ { "Type": "coop", "Start": "Photo" } ], // a comment
            }
            """
        );
        Assert.False(read.Training.CheckImages);
        Assert.Equal(CoOpStart.PhotoPrompt, Assert.IsType<CoOpOptions>(Assert.Single(read.Peft)).Start);
        string json = RecipeJson.Write(read);
        Assert.Contains("\"CheckImages\": false", json);
        Assert.DoesNotContain("\"Photo\"", json);
        Assert.False(OldSpellings.Replace("", System.Text.Json.Nodes.JsonNode.Parse(json)));
    }

    [Fact]
    public void AnOldSpellingElsewhere_IsAnUnknownOption() =>
        Assert.Contains(
            "Validate",
            Assert.Throws<LiftPlusException>(() => RecipeJson.Read("""{ "Inference": { "Validate": false } }""")).Message
        );

    private static object Changed(object defaults)
    {
        object changed = Activator.CreateInstance(defaults.GetType())!;
        foreach (PropertyInfo option in Options(defaults))
        {
            object? value = option.GetValue(defaults),
                other = Other(option, value);
            Assert.False(Equals(value, other), $"{defaults.GetType().Name}.{option.Name} was to be changed.");
            option.SetValue(changed, other);
        }

        return changed;
    }

    private static object Other(PropertyInfo option, object? value) =>
        (Nullable.GetUnderlyingType(option.PropertyType) ?? option.PropertyType) switch
        {
            var type when type == typeof(bool) => value is not true,
            var type when type == typeof(int) => (int?)value + 3 ?? 7,
            var type when type == typeof(long) => (long)value! + 5_000_000_000,
            var type when type == typeof(double) => (double?)value is double number and not 0 ? 0.8 * number : 0.3,
            var type when type == typeof(string) => "\"ünquoted\" \\ 日本",
            var type when type.IsEnum => Enum.GetValues(type).Cast<object>().Last(one => !one.Equals(value)),
            var type when type == typeof(LayerSelection) => LayerSelection.From(1, 3),
            var type when type == typeof(ImmutableArray<int>) => ImmutableArray.Create(5, 4, 3, 2, 1),
            var type when type == typeof(ImmutableArray<string>) => ImmutableArray.Create("a", "b"),
            var type when type == typeof(ImmutableArray<PeftOptions>) => ImmutableArray.CreateRange(
                BuiltInComponents.All.OfType<PeftOptions>().Reverse()
            ),
            var type when type == typeof(ImmutableSortedDictionary<string, ImmutableArray<string>>) => ImmutableSortedDictionary<
                string,
                ImmutableArray<string>
            >.Empty.Add("Über_class.1", ["one", "two"]),
            var type when type == typeof(ImmutableArray<ParameterGroup>) => ImmutableArray.Create(
                (ParameterGroup)Changed(new ParameterGroup())
            ),
            var type when type.IsAbstract => BuiltInComponents.All.Last(one => type.IsInstanceOfType(one) && !one.Equals(value)),
            var type => Changed(value ?? Activator.CreateInstance(type)!), // options within options
        };

    private static IEnumerable<PropertyInfo> Options(object record) =>
        record.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite);

    private static void AssertSame(object? expected, object? found, string place = "")
    {
        Assert.True(expected?.GetType() == found?.GetType(), place);
        if (expected is IDictionary map && found is IDictionary read)
        {
            AssertSame(map.Keys.Cast<object>().ToArray(), read.Keys.Cast<object>().ToArray(), place);
            AssertSame(map.Values.Cast<object>().ToArray(), read.Values.Cast<object>().ToArray(), place);
        }
        else if (expected is ICollection list && found is ICollection other)
        {
            Assert.Equal(list.Count, other.Count);
            foreach ((object? one, object? two) in list.Cast<object?>().Zip(other.Cast<object?>()))
                AssertSame(one, two, place);
        }
        else if (expected is not null && expected.GetType().GetMethod("<Clone>$") is not null)
        {
            foreach (PropertyInfo option in Options(expected))
                AssertSame(option.GetValue(expected), option.GetValue(found), $"{place}.{option.Name}");
        }
        else
        {
            Assert.True(Equals(expected, found), $"{place}: {expected} became {found}");
        }
    }
}
