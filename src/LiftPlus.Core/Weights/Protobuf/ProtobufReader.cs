using System.Text;

namespace LiftPlus.Weights.Protobuf;

/// <summary>
/// Reads the fields of one message of protobuf's wire format from a file, in order. Every length is compared with the message that contains
/// it before anything is read, so that memory is bounded by the size of the file.
/// </summary>
/// <param name="file">The file.</param>
/// <param name="start">The position of the first byte of the message.</param>
/// <param name="end">The position after its last byte.</param>
/// <param name="name">What the message is, for errors.</param>
/// <param name="budget">How many fields the whole file may still have.</param>
internal sealed class ProtobufReader(IFileBytes file, long start, long end, string name, FieldBudget budget)
{
    private const int VarintBytes = 10,
        LargestField = (1 << 29) - 1;

    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private long _at = start,
        _fieldStart = start;

    /// <summary>Gets the number of the current field.</summary>
    public int Field { get; private set; }

    /// <summary>Gets how the current field is written.</summary>
    public WireType Type { get; private set; }

    /// <summary>Gets the position of the current field's number or content.</summary>
    public long ContentStart { get; private set; }

    /// <summary>Gets the number of bytes of the current field's number or content.</summary>
    public long ContentLength { get; private set; }

    /// <summary>Goes to the next field, past the content of the current one; false at the end of the message.</summary>
    /// <exception cref="WeightFileException">The field is damaged.</exception>
    public bool Next()
    {
        if (_at == end)
            return false;
        _fieldStart = _at;
        budget.Spend(this);
        ulong tag = Varint();
        if (tag >> 3 is 0 or > LargestField)
            throw Wrong($"the number of a field is {tag >> 3}, which no message has");
        (Field, Type) = ((int)(tag >> 3), (WireType)(tag & 7));
        switch (Type)
        {
            case WireType.Varint:
                ContentStart = _at;
                Number = (long)Varint();
                ContentLength = _at - ContentStart;
                break;
            case WireType.Fixed64:
                Skip(sizeof(long));
                break;
            case WireType.Fixed32:
                Skip(sizeof(int));
                break;
            case WireType.Length:
                ulong length = Varint();
                if (length > (ulong)(end - _at))
                    throw Wrong($"field {Field} takes {length} bytes, but {end - _at} are left in the {name}");
                (ContentStart, ContentLength) = (_at, (long)length);
                _at += (long)length;
                break;
            default:
                throw Wrong($"field {Field} has the wire type {(int)Type}, which {budget.Kind} does not use");
        }

        return true;
    }

    /// <summary>Gets the number in the current field, if it is a varint.</summary>
    public long Number { get; private set; }

    /// <summary>Requires that the current field is written in a way.</summary>
    public void Require(WireType type)
    {
        if (Type != type)
            throw Wrong($"field {Field} has the wire type {(int)Type}; it should be {(int)type}");
    }

    /// <summary>Reads the current field as a number.</summary>
    public long ReadNumber()
    {
        Require(WireType.Varint);
        return Number;
    }

    /// <summary>Reads the current field as text.</summary>
    /// <param name="longest">The largest number of bytes that is plausible.</param>
    public string ReadText(int longest)
    {
        Require(WireType.Length);
        if (ContentLength > longest)
            throw Wrong($"a text of {ContentLength} bytes is longer than the {longest} that are read");
        try
        {
            return s_strict.GetString(file.Bytes(ContentStart, (int)ContentLength));
        }
        catch (DecoderFallbackException e)
        {
            throw Wrong("a text is not valid UTF-8", e);
        }
    }

    /// <summary>Reads the current field as a message.</summary>
    public ProtobufReader ReadMessage(string name)
    {
        Require(WireType.Length);
        return new ProtobufReader(file, ContentStart, ContentStart + ContentLength, name, budget);
    }

    /// <summary>Adds the numbers of the current field, one or packed several, to a list.</summary>
    /// <param name="numbers">The list.</param>
    /// <param name="most">The largest number of entries.</param>
    public void ReadNumbers(List<long> numbers, int most)
    {
        if (Type == WireType.Varint)
        {
            Add(Number);
            return;
        }

        Require(WireType.Length);
        ProtobufReader packed = ReadMessage(name);
        while (packed._at < packed.End)
            Add((long)packed.Varint());

        void Add(long number)
        {
            if (numbers.Count == most)
                throw Wrong($"it has more than {most} numbers in field {Field}");
            numbers.Add(number);
        }
    }

    /// <summary>Creates the error of a damaged message.</summary>
    public WeightFileException Wrong(string problem, Exception? cause = null) =>
        new(
            file.Path,
            $"in the {name}, at byte {_fieldStart}: {problem}. The file is damaged, or not {budget.Kind}: fetch it again.",
            cause
        );

    private long End => end;

    private void Skip(int count)
    {
        if (count > end - _at)
            throw Wrong($"field {Field} takes {count} bytes, but {end - _at} are left in the {name}");
        _at += count;
    }

    private ulong Varint()
    {
        ReadOnlySpan<byte> bytes = file.Bytes(_at, (int)Math.Min(VarintBytes, end - _at));
        ulong value = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            if (i == VarintBytes - 1 && bytes[i] > 1)
                throw Wrong("a number has more than 64 bits");
            value |= (ulong)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] < 0x80)
            {
                _at += i + 1;
                return value;
            }
        }

        throw Wrong("a number goes beyond the end");
    }
}
