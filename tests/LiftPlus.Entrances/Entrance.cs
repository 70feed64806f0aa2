using System.Reflection;
using System.Runtime.CompilerServices;

namespace LiftPlus.Entrances;

/// <summary>Represents a public constructor, static member or method that a program can call first.</summary>
internal sealed class Entrance(MethodBase method)
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    private static readonly Type[] s_ofAssemblies =
    [
        typeof(LibTorch),
        typeof(LoraOptions),
        typeof(ImageDataset),
        typeof(IImageClassifier),
        typeof(FineTunedModel),
        typeof(Reports.HtmlReport),
    ];

    private static readonly string[] s_ofRecords = ["Equals", "GetHashCode", "ToString", "Deconstruct", "PrintMembers", "<Clone>$"];

    public string Name =>
        $"{Shown(method.DeclaringType!)}.{method.Name}({string.Join(", ", method.GetParameters().Select(p => Shown(p.ParameterType)))})";

    /// <summary>Lists those of all assemblies of the library, without what the compiler adds to records.</summary>
    public static IEnumerable<Entrance> All() =>
        from known in s_ofAssemblies
        from type in known.Assembly.GetExportedTypes()
        where !typeof(Delegate).IsAssignableFrom(type) && !type.IsEnum && !typeof(Exception).IsAssignableFrom(type)
        from method in type.GetConstructors(Declared).Cast<MethodBase>().Concat(type.GetMethods(Declared))
        where !(method is ConstructorInfo && type.IsAbstract)
        where !s_ofRecords.Contains(method.Name) && !method.Name.StartsWith("op_", StringComparison.Ordinal)
        where method.IsStatic || !method.IsSpecialName || method is ConstructorInfo
        orderby type.FullName, $"{method}"
        select new Entrance(method);

    /// <summary>Calls the member, follows its result to the end, and returns "done" or what was thrown.</summary>
    public string Call(Samples samples)
    {
        try
        {
            object?[] arguments = [.. method.GetParameters().Select(parameter => samples.Make(parameter, method))];
            object? owner = method.IsStatic || method is ConstructorInfo ? null : samples.Make(method.DeclaringType!);
            object? result = method switch
            {
                ConstructorInfo constructor => constructor.Invoke(arguments),
                _ => Closed((MethodInfo)method).Invoke(owner, arguments),
            };
            Follow(result);
            return "done";
        }
        catch (UnreachableException e)
        {
            return $"unreachable: {e.Message}";
        }
        catch (Exception e)
        {
            while (e is TargetInvocationException or AggregateException && e.InnerException is Exception inner)
                e = inner;
            IEnumerable<string> causes = Chain(e).Select(one => $"{one.GetType().Name} {one.Message.Split('\n')[0]}");
            return $"{e.GetType().Name}: {string.Join(" < ", causes)}";
        }
    }

    private static MethodInfo Closed(MethodInfo open) =>
        open.IsGenericMethodDefinition ? open.MakeGenericMethod([.. open.GetGenericArguments().Select(_ => typeof(string))]) : open;

    private static void Follow(object? result)
    {
        switch (result)
        {
            case Task task:
                task.GetAwaiter().GetResult();
                break;
            case IAsyncEnumerable<Prediction> predictions:
                predictions.ToListAsync().AsTask().GetAwaiter().GetResult();
                break;
            case IEnumerable<object> values:
                _ = values.Take(2).Count();
                break;
        }
    }

    private static IEnumerable<Exception> Chain(Exception? e)
    {
        for (; e is not null; e = e.InnerException)
            yield return e;
    }

    private static string Shown(Type type) =>
        type.IsGenericType ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Shown))}>" : type.Name;
}
