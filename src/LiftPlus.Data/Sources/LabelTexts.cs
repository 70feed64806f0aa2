using System.Collections.Immutable;
using System.Globalization;
using LiftPlus.Messages;
using LiftPlus.Texts;

namespace LiftPlus.Data;

/// <summary>Collects the labels of a list as they are written: all numbers, or all class names.</summary>
internal sealed class LabelTexts
{
    private const int MostNamed = 10;

    // A number without a name creates every class below it; one wrong number must not create millions.
    private const int LargestUnnamedLabel = 999_999;

    // Fewer classes cost little, and a few lines of a list with 1,000 classes are a common sample.
    private const int UnquestionedClasses = 1_000,
        MostClassesPerLabel = 10;

    private readonly string _source;
    private readonly string _unit;
    private readonly List<(long Place, string Text)> _texts = [];
    private readonly List<string> _faults = [];
    private readonly List<string> _remarks = [];
    private int _faultCount;

    /// <param name="source">How messages refer to the list: "The image list 'x'".</param>
    /// <param name="unit">The unit of a place in it: "line".</param>
    public LabelTexts(string source, string unit) => (_source, _unit) = (source, unit);

    /// <summary>Gets remarks on what looks wrong, after <see cref="Resolve"/>.</summary>
    public ImmutableArray<string> Remarks => [.. _remarks];

    /// <summary>Adds the label written at a place.</summary>
    public void Add(long place, string text) => _texts.Add((place, text));

    /// <summary>Adds an error at a place; all are reported together.</summary>
    public void Fault(long place, string fault)
    {
        if (_faultCount++ < MostNamed)
            _faults.Add($"{_unit} {place}: {fault}");
    }

    /// <summary>Turns the texts into labels. Without names, numbers are their own names, and names are sorted in ordinal order.</summary>
    /// <param name="names">The classes, or null.</param>
    /// <param name="areNames">Whether numbers are names too.</param>
    /// <returns>A label for each text, and the classes.</returns>
    /// <exception cref="LiftPlusException">There are errors, or no labels.</exception>
    public (int[] Labels, IReadOnlyList<string> Names) Resolve(IReadOnlyList<string>? names, bool areNames = false)
    {
        bool byNumber = !areNames && _texts.Count(entry => TryNumber(entry.Text, out _)) * 2 >= _texts.Count;
        int[] labels = byNumber ? ByNumber(names) : ByName(names ??= Names());
        if (_faultCount > 0)
        {
            string more = _faultCount > _faults.Count ? $"\n  and {_faultCount - _faults.Count} more" : "";
            throw new LiftPlusException($"{_source} has {_faultCount} bad {_unit}s.\n  {string.Join("\n  ", _faults)}{more}");
        }

        if (labels.Length == 0)
            throw new LiftPlusException($"{_source} names no image.");
        if (names is null)
            CheckRange(labels);
        return (labels, names ?? [.. Enumerable.Range(0, labels.Max() + 1).Select(label => label.ToString(CultureInfo.InvariantCulture))]);
    }

    public static bool TryNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);

    public static string Shorten(string text) => MessageText.Shorten(text, 80);

    // The classes are the names that occur. Several spellings of a name are one class.
    private string[] Names()
    {
        var spellings = _texts.Select(entry => entry.Text).Distinct().Order(StringComparer.Ordinal).GroupBy(ClassName.Key).ToArray();
        foreach (string[] same in spellings.Select(group => group.ToArray()).Where(group => group.Length > 1))
            _remarks.Add($"The labels '{same[0]}' and '{same[1]}' are one class{ClassName.Difference(same[0], same[1])}.");
        return [.. spellings.Select(group => group.First())];
    }

    // Years, or one wrong number, would make classes without images by the thousand.
    private void CheckRange(int[] labels)
    {
        int largest = labels.Max(),
            classes = largest + 1,
            different = labels.Distinct().Count();
        if (classes > UnquestionedClasses && classes > (long)MostClassesPerLabel * different)
            throw new LiftPlusException(
                $"{_source} has {different:N0} different labels among {labels.Length:N0} images, but the largest, {largest} "
                    + $"({_unit} {_texts[Array.IndexOf(labels, largest)].Place}), makes {classes:N0} classes. "
                    + "Correct it, number the classes from 0, or give one class name for each label."
            );
        if (different == largest && labels.Min() == 1)
            _remarks.Add($"No image has the label 0: the labels 1 to {largest} seem to be counted from 1. Class 0 stays empty.");
        else if (classes > 2L * different)
            _remarks.Add($"{classes - different:N0} of {classes:N0} classes have no image: the largest label is {largest}.");
    }

    private int[] ByNumber(IReadOnlyList<string>? names)
    {
        int count = names?.Count ?? LargestUnnamedLabel + 1;
        return
        [
            .. _texts.Select(entry =>
            {
                if (!TryNumber(entry.Text, out int label))
                    Fault(entry.Place, $"'{Shorten(entry.Text)}' is not a whole number, as most labels here are");
                else if (label < 0 || label >= count)
                    Fault(
                        entry.Place,
                        names is null
                            ? $"label {label} is outside 0 to {count - 1}"
                            : $"label {label} has no class name: there are {count} names, for labels 0 to {count - 1}"
                    );
                return label;
            }),
        ];
    }

    private int[] ByName(IReadOnlyList<string> names)
    {
        Dictionary<string, int> labels = ClassName.Labels(names, "the classes");
        return
        [
            .. _texts.Select(entry =>
            {
                if (!labels.TryGetValue(ClassName.Key(entry.Text), out int label))
                    Fault(entry.Place, $"'{Shorten(entry.Text)}' is not among the {names.Count} classes ({MessageText.First(names, 3)})");
                return label;
            }),
        ];
    }
}
