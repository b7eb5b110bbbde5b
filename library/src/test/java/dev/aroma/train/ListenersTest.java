package dev.aroma.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ListenersTest {
  private final List<String> heard = new ArrayList<>();

  private TrainingListener named(String name) {
    return (TrainingListener)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {TrainingListener.class},
            (proxy, method, arguments) -> {
              heard.add(name + " " + method.getName());
              return null;
            });
  }

  @Test
  void everythingIsToldToAllInTheirOrder() throws ReflectiveOperationException {
    Listeners listeners = new Listeners(List.of(named("first"), named("second")));
    List<Method> told =
        Arrays.stream(TrainingListener.class.getDeclaredMethods())
            .filter(Method::isDefault)
            .toList();
    assertThat(told).hasSizeGreaterThanOrEqualTo(8);
    for (Method method : told) {
      heard.clear();
      Object[] arguments = Arrays.stream(method.getParameterTypes()).map(this::any).toArray();
      method.invoke(listeners, arguments);
      assertThat(heard).containsExactly("first " + method.getName(), "second " + method.getName());
    }
  }

  private Object any(Class<?> type) {
    return type == int.class ? (Object) 1 : type == double.class ? (Object) 1.0 : null;
  }
}
